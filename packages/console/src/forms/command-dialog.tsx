import { useEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { giveFocusBack } from '../frame/focus.ts'
import { route } from '../frame/route.ts'
import { say } from '../frame/says.tsx'
import { Field, type FieldSpec } from './field.tsx'
import { refusalAt, type Refusal } from './refusal.ts'
import { SubmissionKey } from './submission-key.ts'

export type Values = Readonly<Record<string, string>>

/** One command as a form: what it asks for, how it is given, and what is said when it was done. */
export interface CommandForm {
  readonly title: string
  /** What will happen, in a sentence. */
  readonly about?: ComponentChildren
  readonly fields: readonly FieldSpec[]
  readonly submit: string
  /** It cannot be undone. */
  readonly isFinal?: boolean
  /** Gives the command with this idempotency key. Answers what to say. */
  readonly run: (values: Values, key: string) => Promise<ComponentChildren>
}

/**
 * Asks, gives the command, and shows a refusal at the field that it is about. What is sent twice acts
 * once: while nobody has answered, the same values keep their key.
 */
export function CommandDialog({ form, onClose }: { form: CommandForm; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(form.fields.map(({ name, initial = '' }) => [name, initial])),
  )
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [isBusy, setBusy] = useState(false)
  const key = useRef(new SubmissionKey())

  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (before instanceof HTMLElement) giveFocusBack(before)
    }
  }, [])
  // Whoever goes back in the browser leaves the form, too.
  const { page, id } = route.value
  const opened = useRef(true)
  useEffect(() => {
    if (!opened.current && !isBusy) dialog.current?.close()
    opened.current = false
  }, [page, id])
  useEffect(() => {
    if (refusal !== null)
      dialog.current?.querySelector<HTMLElement>('[aria-invalid=true], .form-refusal')?.focus()
  }, [refusal])

  const give = async (): Promise<void> => {
    if (isBusy) return
    setBusy(true)
    setRefusal(null)
    try {
      const done = await form.run(values, key.current.of(values))
      say(done)
      dialog.current?.close()
    } catch (error) {
      key.current.answered(error)
      setRefusal(refusalAt(error, form.fields))
      setBusy(false)
    }
  }

  return (
    <dialog ref={dialog} aria-labelledby="dialog-title" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void give()
        }}
      >
        <h2 id="dialog-title">{form.title}</h2>
        {form.about !== undefined && <p>{form.about}</p>}
        {refusal !== null && refusal.field === null && (
          <p class="form-refusal" role="alert" tabIndex={-1}>
            {refusal.message}
          </p>
        )}
        {form.fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            refusal={refusal?.field === field.name ? refusal.message : null}
            onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        {form.isFinal === true && <p class="hint">This cannot be undone.</p>}
        <p class="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Back
          </button>
          <button
            type="submit"
            class={form.isFinal === true ? 'primary final' : 'primary'}
            aria-disabled={isBusy}
          >
            {isBusy ? 'One moment…' : form.submit}
          </button>
        </p>
      </form>
    </dialog>
  )
}

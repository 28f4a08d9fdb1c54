import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { giveFocusBack } from '../frame/focus.ts'
import { route } from '../frame/route.ts'
import { say } from '../frame/says.tsx'
import type { CommandForm, Values } from './command-form.ts'
import { isUnknown, newKey } from './command-key.ts'
import { doubtsAbout, type Doubt } from './doubts.tsx'
import { Field } from './field.tsx'
import { incomplete } from './incomplete.ts'
import { keepLine, keepOpen, keptOf } from './lines.ts'
import { Question } from './question.tsx'
import { refusalAt, type Refusal } from './refusal.ts'
import { notDone, SentLinesList, useSentLines } from './sent-lines.tsx'

/**
 * Asks for the values, gives the command, and shows a refusal at the field it concerns. A command sent twice takes
 * effect once: until it is answered, its values cannot be changed, and it keeps its key. Probable mistakes are
 * questioned before it is sent.
 */
export function CommandDialog({ form, onClose }: { form: CommandForm; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(form.fields.map(({ name, initial = '' }) => [name, initial])),
  )
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [doubts, setDoubts] = useState<readonly Doubt[]>([])
  const [isBusy, setBusy] = useState(false)
  /** Whether it was sent, and nobody knows whether it was done. */
  const [isInDoubt, setInDoubt] = useState(false)
  /** Whether it closes as soon as every line has its answer. */
  const [isLeaving, setLeaving] = useState(false)
  const sent = useSentLines(form)
  const [isAnother, setAnother] = useState(
    () => form.lines !== undefined && keptOf(form.lines.form).isAnother,
  )
  const [goal, setGoal] = useState<{ readonly name: string } | null>(null)
  const key = useRef(newKey())
  const unitsField = form.fields.find(({ kind }) => kind === 'quantity')
  /** The product that the form had when its units were typed. */
  const unitsAreOf = useRef('')

  // Before drawing, here and wherever else the focus moves: a key that is pressed at once would be lost.
  useLayoutEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    // The first field, unless it is a known product.
    const [first] = form.fields
    const isKnown = first?.kind === 'product' && values[first.name] !== ''
    goInto(isKnown && unitsField !== undefined ? fieldOf(unitsField.name) : document.activeElement)
    return () => {
      if (before instanceof HTMLElement) giveFocusBack(before)
    }
  }, [])
  // The browser asks before it leaves the page.
  const isOpen = isBusy || isInDoubt || sent.awaited + sent.open > 0
  useEffect(() => {
    if (!isOpen) return
    const ask = (event: Event): void => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [isOpen])
  // Going back in the browser leaves the form.
  const { page, id } = route.value
  const opened = useRef(true)
  useEffect(() => {
    if (!opened.current && !isBusy) leave()
    opened.current = false
  }, [page, id])
  useLayoutEffect(() => {
    if (refusal !== null)
      goInto(dialog.current?.querySelector<HTMLElement>('[aria-invalid=true], .form-refusal'))
  }, [refusal])
  // Once the field has its value: a new one would undo the selection.
  useLayoutEffect(() => {
    if (goal !== null) goInto(fieldOf(goal.name))
  }, [goal])

  const fieldOf = (name: string): HTMLInputElement | null =>
    dialog.current?.querySelector<HTMLInputElement>(`#field-${name}`) ?? null
  const goBackTo = (name: string): void => {
    setDoubts([])
    setGoal({ name })
  }
  useEffect(() => {
    if (isLeaving && sent.awaited + sent.open === 0) dialog.current?.close()
  }, [isLeaving, sent.awaited, sent.open])

  const nextLine = (): void => {
    sent.send(values)
    setValues((before) => {
      const keeps = (name: string) => form.lines!.fields.includes(name)
      return Object.fromEntries(
        form.fields.map(({ name }) => [name, keeps(name) ? (before[name] ?? '') : '']),
      )
    })
    fieldOf(form.fields[0]!.name)?.focus()
  }
  const leave = (): void => {
    if (sent.awaited + sent.open > 0) setLeaving(true)
    else dialog.current?.close()
  }
  /** Whether it asks if lines that were not done may be left. */
  const isAsking = isLeaving && sent.awaited === 0
  const goToFirst = (): void => goBackTo(form.fields[0]!.name)
  const stay = (): void => {
    setLeaving(false)
    goToFirst()
  }
  const escape = (event: Event): void => {
    event.preventDefault()
    const [doubt] = doubts
    if (doubt !== undefined) goBackTo(doubt.field)
    else if (isAsking) stay()
    else leave()
  }

  /**
   * A scanner ends with Enter: after a product it leads to the units, instead of sending the form. Units that were typed
   * for another product go, because a scanner's second Enter would send them.
   */
  const goesOn = (): boolean => {
    if (unitsField === undefined || document.activeElement !== fieldOf('productId')) return false
    const { productId = '' } = values
    const isStale = unitsAreOf.current !== '' && unitsAreOf.current !== productId
    if (productId === '' || (!isStale && values[unitsField.name]?.trim() !== '')) return false
    if (isStale) {
      const quantities = form.fields.filter(({ kind }) => kind === 'quantity')
      const none = Object.fromEntries(quantities.map(({ name }) => [name, '']))
      setValues((before) => ({ ...before, ...none }))
    }
    fieldOf(unitsField.name)?.focus()
    return true
  }

  const send = (): void => {
    if (isBusy || doubts.length > 0 || goesOn()) return
    const lacking = incomplete(form, values)
    const found = lacking === null && !isInDoubt ? doubtsAbout(form, values) : []
    setRefusal(lacking)
    if (found.length > 0) setDoubts(found)
    else if (lacking === null) void give()
  }

  const give = async (): Promise<void> => {
    if (isBusy) return
    setRefusal(null)
    setDoubts([])
    if (form.lines !== undefined) keepLine(form.lines, values, isAnother)
    if (isAnother && !isInDoubt) return nextLine()
    setBusy(true)
    try {
      const answer = await form.run(values, key.current)
      say(answer)
      dialog.current?.close()
    } catch (error) {
      const inDoubt = isUnknown(error)
      // A refusal is stored with its key, and would be repeated.
      if (!inDoubt) key.current = newKey()
      setInDoubt(inDoubt)
      setRefusal(refusalAt(error, form.fields))
      setBusy(false)
    }
  }

  return (
    <dialog
      ref={dialog}
      aria-labelledby="dialog-title"
      onClose={() => {
        if (form.lines !== undefined) keepOpen(form.lines, [])
        onClose()
      }}
      onCancel={escape}
      onKeyDown={(event) => {
        // Not left to onCancel: a second Escape in a row would close it, whatever that says.
        if (event.key === 'Escape' && !event.isComposing) escape(event)
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <h2 id="dialog-title">{form.title}</h2>
        {form.about !== undefined && <p>{form.about}</p>}
        {refusal !== null && refusal.field === null && (
          <p class="form-refusal" role="alert" tabIndex={-1}>
            {refusal.message}
          </p>
        )}
        <fieldset class="fields" disabled={isInDoubt}>
          {form.fields.map((field) => (
            <Field
              key={field.name}
              field={field}
              value={values[field.name] ?? ''}
              refusal={refusal?.field === field.name ? refusal.message : null}
              onChange={(value) => {
                setDoubts([])
                setLeaving(false)
                if (field.kind === 'quantity') unitsAreOf.current = values['productId'] ?? ''
                setValues((before) => ({ ...before, [field.name]: value }))
              }}
            />
          ))}
        </fieldset>
        {form.lines !== undefined && (
          <label class="yes">
            <input
              type="checkbox"
              checked={isAnother}
              onChange={(event) => setAnother(event.currentTarget.checked)}
            />
            Another line after this one
          </label>
        )}
        {form.isFinal === true && <p class="hint">This cannot be undone.</p>}
        {doubts.length > 0 ? (
          <Question
            doubts={doubts}
            submit={form.submit}
            onBack={() => goBackTo(doubts[0]!.field)}
            onInstead={(name, value) => {
              unitsAreOf.current = value
              setValues((before) => ({ ...before, [name]: value }))
              goBackTo(name)
            }}
            onYes={() => void give()}
          />
        ) : isAsking ? (
          <Question
            doubts={[
              { field: '', question: `${notDone(sent.open)}.`, instead: [], yes: 'Leave it so' },
            ]}
            submit={form.submit}
            onBack={stay}
            onInstead={() => undefined}
            onYes={() => dialog.current?.close()}
          />
        ) : (
          <p class="actions">
            <button type="button" aria-disabled={isLeaving} onClick={leave}>
              {isLeaving ? 'One moment…' : sent.lines.length === 0 ? 'Back' : 'Done'}
            </button>
            <button
              type="submit"
              class={form.isFinal === true ? 'primary final' : 'primary'}
              aria-disabled={isBusy}
            >
              {isBusy ? 'One moment…' : isInDoubt ? 'Try again' : form.submit}
            </button>
          </p>
        )}
        {form.lines !== undefined && (
          <SentLinesList
            sent={sent}
            onCorrect={(line) => {
              unitsAreOf.current = line['productId'] ?? ''
              setValues(line)
              goToFirst()
            }}
            onBack={goToFirst}
          />
        )}
      </form>
    </dialog>
  )
}

/** What was there is replaced by what is typed: a scanner cannot take it away first. */
function goInto(field: Element | null | undefined): void {
  if (field instanceof HTMLElement) field.focus()
  if (field instanceof HTMLInputElement) field.select()
}

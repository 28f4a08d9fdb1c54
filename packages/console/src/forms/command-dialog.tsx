import { useRef, useState } from 'preact/hooks'
import type { CommandForm } from './command-form.ts'
import { DialogButtons } from './dialog-buttons.tsx'
import { doubtsAbout, type Doubt } from './doubts.tsx'
import { useEntry } from './entry.ts'
import { useFieldFocus } from './field-focus.ts'
import { Field } from './field.tsx'
import { useGiving } from './giving.ts'
import { incomplete } from './incomplete.ts'
import { useLeaving } from './leaving.ts'
import { keepLine, keepOpen, keptOf } from './lines.ts'
import { Question } from './question.tsx'
import { notDone, SentLinesList, useSentLines } from './sent-lines.tsx'

/**
 * Asks for the values, gives the command, and shows a refusal at the field it concerns. A command sent twice takes
 * effect once: until it is answered, its values cannot be changed, and it keeps its key. Probable mistakes are
 * questioned before it is sent.
 */
export function CommandDialog({ form, onClose }: { form: CommandForm; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const entry = useEntry(form)
  const giving = useGiving(form)
  const sent = useSentLines(form)
  const [doubts, setDoubts] = useState<readonly Doubt[]>([])
  const [isAnother, setAnother] = useState(
    () => form.lines !== undefined && keptOf(form.lines.form).isAnother,
  )
  const { values } = entry
  const { isBusy, isInDoubt, refusal } = giving
  const { fieldOf, goTo } = useFieldFocus(dialog, form, values, refusal)
  const leaving = useLeaving(dialog, giving, sent)

  const goBackTo = (name: string): void => {
    setDoubts([])
    goTo(name)
  }
  const goToFirst = (): void => goBackTo(form.fields[0]!.name)
  const stay = (): void => {
    leaving.stay()
    goToFirst()
  }
  const escape = (event: Event): void => {
    event.preventDefault()
    const [doubt] = doubts
    if (doubt !== undefined) goBackTo(doubt.field)
    else if (leaving.isAsking) stay()
    else leaving.leave()
  }

  /**
   * A scanner ends with Enter: after a product it leads to the units, instead of sending the form. Units that were typed
   * for another product go, because a scanner's second Enter would send them.
   */
  const goesOn = (): boolean => {
    const units = form.fields.find(({ kind }) => kind === 'quantity')
    if (units === undefined || document.activeElement !== fieldOf('productId')) return false
    if (!entry.awaitsUnits(units)) return false
    fieldOf(units.name)?.focus()
    return true
  }

  const send = (): void => {
    if (isBusy || doubts.length > 0 || goesOn()) return
    const lacking = incomplete(form, values)
    const found = lacking === null && !isInDoubt ? doubtsAbout(form, values) : []
    giving.refuse(lacking)
    if (found.length > 0) setDoubts(found)
    else if (lacking === null) void give()
  }

  const give = async (): Promise<void> => {
    if (isBusy) return
    giving.refuse(null)
    setDoubts([])
    if (form.lines !== undefined) keepLine(form.lines, values, isAnother)
    if (isAnother && !isInDoubt) nextLine()
    else if (await giving.give(values)) dialog.current?.close()
  }

  const nextLine = (): void => {
    sent.send(values)
    entry.empty()
    fieldOf(form.fields[0]!.name)?.focus()
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
                leaving.stay()
                entry.type(field, value)
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
              entry.replace(name, value)
              goBackTo(name)
            }}
            onYes={() => void give()}
          />
        ) : leaving.isAsking ? (
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
          <DialogButtons
            form={form}
            giving={giving}
            leaving={leaving}
            hasLines={sent.lines.length > 0}
          />
        )}
        {form.lines !== undefined && (
          <SentLinesList
            sent={sent}
            onCorrect={(line) => {
              entry.correct(line)
              goToFirst()
            }}
            onBack={goToFirst}
          />
        )}
      </form>
    </dialog>
  )
}

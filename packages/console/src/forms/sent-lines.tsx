import { Fragment, type ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { say } from '../frame/says.tsx'
import { token } from '../service/session.ts'
import { Name } from '../text/name.tsx'
import { count, number as figure } from '../text/numbers.ts'
import { isUnknown, newKey } from './command-key.ts'
import type { CommandForm, Values } from './command-form.ts'
import { keepOpen, keptOf, type OpenLine } from './lines.ts'
import { refusalAt } from './refusal.ts'
import { productOf, whole } from './written.ts'

/** How many of the lines that were done stay visible, the newest. */
const SHOWN = 3

/** A line that was entered, and what became of it. */
interface SentLine {
  readonly number: number
  readonly values: Values
  readonly key: string
  readonly outcome:
    | { readonly is: 'awaited' | 'unknown' }
    | { readonly is: 'done'; readonly answer: ComponentChildren }
    | { readonly is: 'refused'; readonly message: string }
}

export interface SentLines {
  readonly lines: readonly SentLine[]
  /** How many have no answer yet. */
  readonly awaited: number
  /** How many were refused, or never answered. */
  readonly open: number
  readonly send: (values: Values) => void
  /** Sends again what was not answered, with the keys that it had. */
  readonly sendAgain: () => void
  /** Drops a refused line, which is corrected as another one. */
  readonly drop: (line: SentLine) => void
}

/**
 * Lines that are sent one after another while the next one is entered: the form waits for none of them, because what a
 * scanner types meanwhile would be lost, or go into another field.
 */
export function useSentLines(form: CommandForm): SentLines {
  const [lines, setLines] = useState(() => restored(form))
  const next = useRef(lines.length)
  const queue = useRef(Promise.resolve())
  const isShown = useRef(true)
  const left = useRef<readonly SentLine[]>([])
  // At once, and not when the page is left: a tab that crashes says nothing before.
  useLayoutEffect(() => {
    if (form.lines !== undefined) keepOpen(form.lines, lines.flatMap(openLine))
  }, [lines])
  useEffect(
    () => () => {
      isShown.current = false
      const { length } = left.current
      if (length > 0)
        say(
          <>
            {notDone(length)}: <Named lines={left.current} />.
          </>,
        )
    },
    [],
  )

  const put = (line: SentLine): void =>
    setLines((before) =>
      before.some(({ number }) => number === line.number)
        ? before.map((one) => (one.number === line.number ? line : one))
        : [...before, line],
    )
  const give = (line: SentLine): void => {
    put({ ...line, outcome: { is: 'awaited' } })
    const { value: givenWith } = token
    queue.current = queue.current.then(async () => {
      // The next reader does not send the lines of the last one.
      if (token.value !== givenWith) return
      try {
        const answer = await form.run(line.values, line.key)
        if (!isShown.current && token.value === givenWith) say(answer)
        put({ ...line, outcome: { is: 'done', answer } })
      } catch (error) {
        const { message } = refusalAt(error, form.fields)
        if (!isShown.current && token.value === givenWith)
          say(<Refused values={line.values} message={message} />)
        put({ ...line, outcome: isUnknown(error) ? { is: 'unknown' } : { is: 'refused', message } })
      }
    })
  }
  const those = (...of: SentLine['outcome']['is'][]): readonly SentLine[] =>
    lines.filter(({ outcome }) => of.includes(outcome.is))
  left.current = those('refused', 'unknown')
  return {
    lines,
    awaited: those('awaited').length,
    open: left.current.length,
    send: (values) =>
      give({ number: next.current++, values, key: newKey(), outcome: { is: 'awaited' } }),
    sendAgain: () => {
      for (const line of lines) if (line.outcome.is === 'unknown') give(line)
    },
    drop: (line) => setLines((before) => before.filter(({ number }) => number !== line.number)),
  }
}

/** What was on the way when the page was left has no answer any more. */
function restored({ lines }: CommandForm): readonly SentLine[] {
  if (lines === undefined) return []
  return keptOf(lines.form).open.map(({ values, key, refusal: message }, number) => ({
    number,
    values,
    key,
    outcome: message === null ? { is: 'unknown' } : { is: 'refused', message },
  }))
}

function openLine({ values, key, outcome }: SentLine): OpenLine[] {
  if (outcome.is === 'done') return []
  return [{ values, key, refusal: outcome.is === 'refused' ? outcome.message : null }]
}

export function notDone(lines: number): string {
  return `${count(lines, 'line was', 'lines were')} not done`
}

interface SentLinesProps {
  readonly sent: SentLines
  readonly onCorrect: (values: Values) => void
  /** The button that had the focus goes. */
  readonly onBack: () => void
}

/** The newest lines that were done, how many there are, and every one that was not. */
export function SentLinesList({ sent, onCorrect, onBack }: SentLinesProps) {
  const { lines, awaited } = sent
  const done = lines.filter(({ outcome }) => outcome.is === 'done')
  const unknown = lines.filter(({ outcome }) => outcome.is === 'unknown')
  return (
    <>
      <div role="status" class="done">
        {done
          .slice(-SHOWN)
          .map(
            ({ number, outcome }) => outcome.is === 'done' && <p key={number}>{outcome.answer}</p>,
          )}
        {done.length > SHOWN && <p class="hint">{count(done.length, 'line')} done so far.</p>}
        {awaited > 0 && <p class="hint">{count(awaited, 'line')} on the way…</p>}
      </div>
      <div role="alert" class="not-done">
        {lines.map(
          (line) =>
            line.outcome.is === 'refused' && (
              <p key={line.number} class="form-refusal">
                <Refused values={line.values} message={line.outcome.message} />{' '}
                <button
                  type="button"
                  class="small"
                  onClick={() => {
                    sent.drop(line)
                    onCorrect(line.values)
                  }}
                >
                  Correct it
                </button>
              </p>
            ),
        )}
        {unknown.length > 0 && (
          <p class="form-refusal">
            The service did not answer for {count(unknown.length, 'line')}:{' '}
            <Named lines={unknown} />. All may have been done. Sent again, nothing is done twice.{' '}
            <button
              type="button"
              class="small"
              onClick={() => {
                sent.sendAgain()
                onBack()
              }}
            >
              Send them again
            </button>
          </p>
        )}
      </div>
    </>
  )
}

function Refused({ values, message }: { readonly values: Values; readonly message: string }) {
  return (
    <>
      <Line values={values} />
      {': '}
      {message}
    </>
  )
}

function Named({ lines }: { readonly lines: readonly SentLine[] }) {
  return (
    <>
      {lines.map(({ number, values }, at) => (
        <Fragment key={number}>
          {at > 0 && ', '}
          <Line values={values} />
        </Fragment>
      ))}
    </>
  )
}

/** “5 MUG” */
function Line({ values }: { readonly values: Values }) {
  return (
    <>
      {figure(whole(values['qty'] ?? values['onHand']))} <Name text={productOf(values)} />
    </>
  )
}

import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import type { Doubt } from './doubts.tsx'

/** Nobody has read it by then: that is a scanner's second Enter, or the second half of a double click. */
const TOO_SOON_MS = 500

interface QuestionProps {
  readonly doubts: readonly Doubt[]
  /** The button of the form that was pressed. */
  readonly submit: string
  readonly onBack: () => void
  readonly onInstead: (field: string, value: string) => void
  readonly onYes: () => void
}

/**
 * Asks whether what was entered is meant. The way back has the focus; whoever means it goes to the
 * other button.
 */
export function Question({ doubts, submit, onBack, onInstead, onYes }: QuestionProps) {
  const id = useId()
  const back = useRef<HTMLButtonElement>(null)
  const began = useRef(performance.now())
  // Before it is drawn: who can read it has the focus there already.
  useLayoutEffect(() => back.current?.focus(), [])
  const [first] = doubts
  const yes = doubts.length === 1 && first?.yes !== undefined ? first.yes : `${submit} anyway`
  return (
    <div
      class="question"
      role="group"
      aria-labelledby={id}
      onKeyDown={(event) => {
        if (event.repeat) event.preventDefault()
      }}
      onClickCapture={(event) => {
        if (event.timeStamp - began.current < TOO_SOON_MS) event.stopPropagation()
      }}
    >
      <div id={id}>
        {doubts.map(({ field, question }) => (
          <div key={field}>{question}</div>
        ))}
      </div>
      {doubts.map(
        ({ field, instead }) =>
          instead.length > 0 && (
            <p key={field} class="actions instead">
              Did you mean
              {instead.map((value) => (
                <button
                  key={value}
                  type="button"
                  class="small"
                  onClick={() => onInstead(field, value)}
                >
                  <bdi>{value}</bdi>
                </button>
              ))}
            </p>
          ),
      )}
      <p class="actions">
        <button ref={back} type="button" class="primary" aria-describedby={id} onClick={onBack}>
          Go back
        </button>
        <button type="button" onClick={onYes}>
          {yes}
        </button>
      </p>
    </div>
  )
}

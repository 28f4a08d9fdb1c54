import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import type { Doubt } from './doubts.tsx'

/** An earlier answer is a scanner's second Enter or half of a double click: the question was not read yet. */
const TOO_SOON_MS = 500

interface QuestionProps {
  readonly doubts: readonly Doubt[]
  /** The form's button that was pressed. */
  readonly submit: string
  readonly onBack: () => void
  readonly onInstead: (field: string, value: string) => void
  readonly onYes: () => void
}

/** Asks whether the input is meant. The focus is on the way back; confirming takes another button. */
export function Question({ doubts, submit, onBack, onInstead, onYes }: QuestionProps) {
  const id = useId()
  const back = useRef<HTMLButtonElement>(null)
  const began = useRef(performance.now())
  // Before it is drawn, so that the focus is right as soon as it can be read.
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

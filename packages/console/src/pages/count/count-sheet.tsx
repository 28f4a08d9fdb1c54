import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { say } from '../../frame/says.tsx'
import { Question } from '../../forms/question.tsx'
import { useLive } from '../../live/use-live.ts'
import { count, number } from '../../text/numbers.ts'
import { TableHead } from '../../text/table-head.tsx'
import { check, explain, openList, write, type OpenList } from './count-list.ts'
import { differenceOf, isTyped, type CountRow, type Typed } from './count-row.ts'
import { CountLine } from './count-line.tsx'
import { Differences } from './differences.tsx'

/** Rows on one screen. */
const SCREEN = 20
const EVERY_MS = 1000

/** A field of the sheet: its row, and which of the two. */
interface At {
  readonly index: number
  readonly field: keyof Typed
}

/** Twenty products and their counts, for the keyboard. */
export function CountSheet({ list }: { list: OpenList }) {
  useLive(({ places }) => places.size > 0, EVERY_MS)
  const { rows, reason, warehouseId } = list
  const [screen, setScreen] = useState(0)
  const [isAsked, setAsked] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [goal, setGoal] = useState<At | null>({ index: 0, field: 'onHand' })
  const sheet = useRef<HTMLDivElement>(null)
  const from = screen * SCREEN
  const shown = rows.slice(from, from + SCREEN)
  const typed = rows.filter((row) => isTyped(row)).length
  const written = rows.filter((row) => !isTyped(row) && row.outcome?.kind === 'written').length

  // Once the row is there, because it may be on another screen. Before drawing, because keys that are typed fast would
  // go into the row before.
  useLayoutEffect(() => {
    if (goal === null) return
    const field = sheet.current?.querySelector<HTMLInputElement>(`#${goal.field}-${goal.index}`)
    field?.focus()
    field?.select()
    setGoal(null)
  }, [goal])

  const goTo = ({ index, field }: At): void => {
    if (index < 0) return
    if (index >= rows.length) {
      sheet.current?.querySelector<HTMLElement>('.write')?.focus()
      return
    }
    setScreen(Math.floor(index / SCREEN))
    setGoal({ index, field })
  }
  const goToFirst = (isIt: (row: CountRow) => boolean): void => {
    const index = (openList.value?.rows ?? []).findIndex(isIt)
    const outcome = openList.value?.rows[index]?.outcome
    if (index >= 0) goTo({ index, field: outcome?.kind === 'refused' ? outcome.field : 'onHand' })
  }
  const isOpen = ({ outcome }: CountRow): boolean =>
    outcome?.kind === 'refused' || outcome?.kind === 'unknown'

  const ask = (): void => {
    if (isBusy || typed === 0) return
    if (check()) setAsked(true)
    else goToFirst(isOpen)
  }
  const give = async (): Promise<void> => {
    setAsked(false)
    setBusy(true)
    const { written: now, refused } = await write()
    setBusy(false)
    const others = refused === 0 ? '' : `, ${number(refused)} not: see why`
    say(`${count(now, 'count')} written${others}.`)
    if (refused > 0) goToFirst(isOpen)
    else sheet.current?.querySelector<HTMLElement>('.write')?.focus()
  }

  return (
    <div ref={sheet} class="count-sheet">
      <div class="sheet scrolls" tabIndex={0} role="region" aria-label="What was counted">
        <table class="counting">
          <TableHead
            columns={[
              'Product',
              { figure: 'On the books' },
              { figure: 'Counted' },
              { figure: 'Unsellable' },
              { figure: 'Unsellable counted' },
              'Difference',
            ]}
          />
          <tbody>
            {shown.map((row, offset) => (
              <CountLine
                key={row.productId}
                row={row}
                index={from + offset}
                warehouseId={warehouseId}
                onEnter={(field) => goTo({ index: from + offset + 1, field })}
                onMove={(by, field) => goTo({ index: from + offset + by, field })}
                onType={() => setAsked(false)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > SCREEN && (
        <Screens from={from} of={rows.length} onGo={(index) => goTo({ index, field: 'onHand' })} />
      )}
      <Reason reason={reason} />
      {isAsked ? (
        <Question
          doubts={[
            {
              field: 'counts',
              question: <Differences rows={rows.filter((row) => differenceOf(row) !== null)} />,
              instead: [],
              yes: `Write ${count(typed, 'count')}`,
            },
          ]}
          submit="Write"
          onBack={() => {
            setAsked(false)
            goToFirst((row) => isTyped(row))
          }}
          onInstead={() => undefined}
          onYes={() => void give()}
        />
      ) : (
        <p class="actions">
          <button
            type="button"
            class="primary write"
            aria-disabled={isBusy || typed === 0}
            onClick={ask}
          >
            {isBusy ? 'One moment…' : 'See the differences'}
          </button>
          <span class="hint">
            {number(typed + written)} of {number(rows.length)} counted
            {written > 0 && `, ${number(written)} of them written`}
          </span>
        </p>
      )}
    </div>
  )
}

interface ScreensProps {
  /** The first row of the screen, counted from 0. */
  readonly from: number
  readonly of: number
  readonly onGo: (index: number) => void
}

/** Leads to the rows before and after those on the screen. */
function Screens({ from, of, onGo }: ScreensProps) {
  const next = from + SCREEN
  return (
    <p class="actions">
      <button
        type="button"
        aria-disabled={from === 0}
        onClick={() => from > 0 && onGo(from - SCREEN)}
      >
        The {SCREEN} before
      </button>
      <button type="button" aria-disabled={next >= of} onClick={() => next < of && onGo(next)}>
        The next {SCREEN}
      </button>
      <span class="hint">
        {number(from + 1)} to {number(Math.min(next, of))} of {number(of)}
      </span>
    </p>
  )
}

function Reason({ reason }: { reason: string }) {
  return (
    <div class="beside">
      <label for="count-reason">Why (if you like)</label>
      <input
        id="count-reason"
        type="text"
        dir="auto"
        autoComplete="off"
        value={reason}
        onInput={(event) => explain(event.currentTarget.value)}
      />
    </div>
  )
}

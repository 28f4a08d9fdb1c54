import { model } from '../../live/model.ts'
import { Product } from '../../text/name.tsx'
import { number, signed } from '../../text/numbers.ts'
import { enter } from './count-list.ts'
import { differenceOf, type CountRow, type Typed } from './count-row.ts'

interface CountLineProps {
  readonly row: CountRow
  readonly index: number
  readonly warehouseId: string
  /** Enter: on to the next product. */
  readonly onEnter: (field: keyof Typed) => void
  /** An arrow key: up or down in the same column. */
  readonly onMove: (by: 1 | -1, field: keyof Typed) => void
  readonly onType: () => void
}

/** One product: what the books say, what was counted, and the outcome. */
export function CountLine(props: CountLineProps) {
  const { row, index, warehouseId } = props
  const { productId, outcome } = row
  const note = `note-${index}`
  const input = (field: keyof Typed, label: string) => (
    <input
      id={`${field}-${index}`}
      type="text"
      class="figure"
      inputMode="numeric"
      autoComplete="off"
      aria-label={`${label}: ${productId}`}
      aria-describedby={note}
      aria-invalid={outcome?.kind === 'refused' && outcome.field === field}
      readOnly={row.sent !== null}
      value={row.typed[field]}
      onInput={(event) => {
        enter(productId, { [field]: event.currentTarget.value })
        props.onType()
      }}
      onKeyDown={(event) => {
        const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : null
        if (event.key !== 'Enter' && by === null) return
        event.preventDefault()
        if (by === null) props.onEnter('onHand')
        else props.onMove(by, field)
      }}
    />
  )
  return (
    <tr>
      <th scope="row">
        <Product id={productId} />
      </th>
      <td class="figure" data-label="Books">
        {number(row.onHand)}
      </td>
      <td class="figure" data-label="Counted">
        {input('onHand', 'Counted')}
      </td>
      <td class={row.unsellable === 0 ? 'figure none' : 'figure'} data-label="Unsellable">
        {number(row.unsellable)}
      </td>
      <td class="figure" data-label="Counted">
        {input('unsellable', 'Unsellable among them')}
      </td>
      <td id={note} class="note">
        <Note row={row} warehouseId={warehouseId} />
      </td>
    </tr>
  )
}

function Note({ row, warehouseId }: { row: CountRow; warehouseId: string }) {
  const { outcome } = row
  const moved = movedSince(row, warehouseId)
  const since = moved === 0 ? null : <span class="hint"> moved since: {signed(moved)}</span>
  switch (outcome?.kind) {
    case 'refused':
    case 'unknown':
      return (
        <span class="refusal" dir="auto">
          {outcome.message}
        </span>
      )
    case 'written':
      return (
        <span class="good">
          {outcome.correction === 0 && outcome.aside === 0
            ? 'As the books said'
            : `Written: ${inFigures(outcome.correction, outcome.aside)}`}
        </span>
      )
    default: {
      const difference = differenceOf(row)
      return (
        <>
          {outcome?.kind === 'recounted' && (
            <span class="low">Somebody has counted it since: these are their figures. </span>
          )}
          {difference !== null && <Amount {...difference} />}
          {since}
        </>
      )
    }
  }
}

function Amount({ onHand, unsellable }: { onHand: number; unsellable: number }) {
  if (onHand === 0 && unsellable === 0) return <span class="hint">none</span>
  return <strong>{inFigures(onHand, unsellable)}</strong>
}

/** “−2”, “0, unsellable +1” */
export function inFigures(onHand: number, unsellable: number): string {
  return unsellable === 0
    ? signed(onHand)
    : `${onHand === 0 ? '' : `${signed(onHand)}, `}unsellable ${signed(unsellable)}`
}

/** Units that moved since the figures were taken: not part of the difference. */
function movedSince({ productId, onHand }: CountRow, warehouseId: string): number {
  const { levels, loading } = model
  const row = levels.row(productId)
  const column = levels.warehouses.indexOf(warehouseId)
  if (loading.value.state !== 'ready' || row === undefined || column < 0) return 0
  return levels.onHandAt(row * levels.width + column) - onHand
}

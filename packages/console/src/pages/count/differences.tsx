import { unitsInDoubt } from '../../forms/doubts.tsx'
import { Name } from '../../text/name.tsx'
import { count, number } from '../../text/numbers.ts'
import { inFigures } from './count-line.tsx'
import { differenceOf, type CountRow } from './count-row.ts'

const SHOWN = 30

/** What will be written: the differences, and probable mistakes. */
export function Differences({ rows }: { rows: readonly CountRow[] }) {
  const differing = rows.filter((row) => {
    const { onHand, unsellable } = differenceOf(row)!
    return onHand !== 0 || unsellable !== 0
  })
  const same = rows.length - differing.length
  // Nothing that is asked about is among those that are not shown.
  const isAsked = ({ typed, productId }: CountRow): boolean =>
    unitsInDoubt(typed.onHand, productId) !== null
  const asked = differing.filter((row) => isAsked(row))
  const others = differing.filter((row) => !isAsked(row))
  const shown = [...asked, ...others.slice(0, Math.max(0, SHOWN - asked.length))]
  return (
    <>
      <p>
        {count(rows.length, 'product')} counted: {number(same)} as the books say,{' '}
        {number(differing.length)} with a difference.
      </p>
      {differing.length > 0 && (
        <ul class="differences">
          {shown.map((row) => (
            <Difference key={row.productId} row={row} />
          ))}
          {differing.length > shown.length && (
            <li>and {number(differing.length - shown.length)} more</li>
          )}
        </ul>
      )}
    </>
  )
}

function Difference({ row }: { row: CountRow }) {
  const { productId, typed } = row
  const { onHand, unsellable } = differenceOf(row)!
  const doubt = unitsInDoubt(typed.onHand, productId)
  return (
    <li>
      <Name text={productId} />: {number(row.onHand)} on the books, {number(row.onHand + onHand)}{' '}
      counted: <strong>{inFigures(onHand, unsellable)}</strong>
      {doubt !== null && <span class="bad"> {doubt}</span>}
    </li>
  )
}

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
  return (
    <>
      <p>
        {count(rows.length, 'product')} counted: {number(same)} as the books say,{' '}
        {number(differing.length)} with a difference.
      </p>
      {differing.length > 0 && (
        <ul class="differences">
          {differing.slice(0, SHOWN).map((row) => (
            <Difference key={row.productId} row={row} />
          ))}
          {differing.length > SHOWN && <li>and {number(differing.length - SHOWN)} more</li>}
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

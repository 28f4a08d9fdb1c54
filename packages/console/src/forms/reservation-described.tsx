import { Name } from '../text/name.tsx'
import { number } from '../text/numbers.ts'
import type { Reserved } from './reserved.ts'

/** “3 MUG in SF for cart-81.” */
export function Described({
  reserved,
  units = reserved.open,
}: {
  reserved: Reserved
  units?: number
}) {
  const { productId, warehouseId, owner } = reserved
  return (
    <>
      {number(units)} <Name text={productId} /> in <Name text={warehouseId} />
      {owner !== null && (
        <>
          {' for '}
          <Name text={owner} />
        </>
      )}
      .
    </>
  )
}

import type { StockAnswer, WarehouseView } from 'holdfast'
import { Actions } from '../../forms/actions.tsx'
import { link } from '../../frame/route.ts'
import { model } from '../../live/model.ts'
import { ReorderAdvice } from '../../live/reorder-advice.tsx'
import { isLow, thresholdOf } from '../../live/thresholds.ts'
import { number } from '../../text/numbers.ts'

/** The counts of a product at a time, by warehouse. */
export type Then = ReadonlyMap<string, StockAnswer>

interface LevelLineProps {
  readonly productId: string
  readonly warehouse: WarehouseView
  /** Its place in the table of levels. */
  readonly place: number
  /** As it was then, if that is asked. */
  readonly then: Then | null
  /** Another one draws it again: whatever reads a signal is else drawn only if its props differ. */
  readonly version: number
}

/** The level of a product in one warehouse. */
export function LevelLine({ productId, warehouse, place, then }: LevelLineProps) {
  const { levels } = model
  const low = isLow(levels, model.warehouses.value, place)
  const available = levels.availableAt(place)
  const unsellable = levels.unsellable[place]!
  const sold = levels.allocated[place]!
  const past = then?.get(warehouse.id)
  return (
    <tr>
      <th scope="row">
        <bdi>{warehouse.name}</bdi>
        {!warehouse.sells && <span class="aside state state-not-selling">does not sell</span>}
      </th>
      <td class="figure strong" data-label="Available">
        {low && <span class="low-mark">low</span>}
        {number(available)}
      </td>
      <td class="figure" data-label="Held">
        {number(levels.reservedAt(place) - sold)}
      </td>
      <td class="figure" data-label="Sold">
        {sold === 0 ? (
          number(sold)
        ) : (
          <a
            href={link('reservations', undefined, {
              productId,
              warehouseId: warehouse.id,
              status: 'CONFIRMED',
            })}
          >
            {number(sold)}
          </a>
        )}
      </td>
      <td class={unsellable === 0 ? 'figure none' : 'figure'} data-label="Unsellable">
        {number(unsellable)}
      </td>
      <td class="figure" data-label="On hand">
        {number(levels.onHandAt(place))}
      </td>
      {then !== null && (
        <>
          <td class="figure then" data-label="Available then">
            {past === undefined ? '–' : number(past.available)}
          </td>
          <td class="figure then" data-label="On hand then">
            {past === undefined ? '–' : number(past.onHand)}
          </td>
        </>
      )}
      <td class="figure" data-label="Low at">
        {number(thresholdOf(warehouse, productId))}
      </td>
      <td>
        {low && (
          <ReorderAdvice
            warehouseId={warehouse.id}
            productId={productId}
            position={levels.positionAt(place)}
          />
        )}
      </td>
      <td class="do">
        <Actions
          verbs={[
            ...(available > 0 ? (['setAside'] as const) : []),
            ...(unsellable > 0 ? (['putBack', 'writeOff'] as const) : []),
          ]}
          productId={productId}
          warehouseId={warehouse.id}
          isSmall
        />
      </td>
    </tr>
  )
}

import type { StockAnswer, WarehouseView } from 'holdfast'
import { useEffect, useState } from 'preact/hooks'
import { Actions } from '../../forms/actions.tsx'
import { link } from '../../frame/route.ts'
import { model } from '../../live/model.ts'
import { ReorderAdvice } from '../../live/reorder-advice.tsx'
import { isLow, thresholdOf } from '../../live/thresholds.ts'
import { client } from '../../service/client.ts'
import { clock } from '../../service/clock.ts'
import { number } from '../../text/numbers.ts'
import { TableHead } from '../../text/table-head.tsx'

type Then = ReadonlyMap<string, StockAnswer>

/** A product's levels in every warehouse, now and, if a time is given, as they were then. */
export function Levels({ productId }: { productId: string; version: number }) {
  const [time, setTime] = useState('')
  const isToCome = new Date(time).getTime() > clock.now()
  const then = useThen(productId, isToCome ? '' : time)
  const { levels } = model
  const { value: warehouses } = model.warehouses
  const row = levels.row(productId)!
  const isPast = then !== null
  return (
    <section class="levels">
      <div class="title-line">
        <h2>Levels</h2>
        <label class="beside">
          <span>As of</span>
          <input
            type="datetime-local"
            step={1}
            value={time}
            aria-invalid={isToCome}
            aria-describedby={isToCome ? 'to-come' : undefined}
            onInput={(event) => setTime(event.currentTarget.value)}
          />
          {time !== '' && (
            <button type="button" onClick={() => setTime('')}>
              Only now
            </button>
          )}
        </label>
      </div>
      {isToCome && (
        <p id="to-come" class="refusal">
          This time is still to come.
        </p>
      )}
      <div class="sheet scrolls" tabIndex={0} role="region" aria-label="Levels by warehouse">
        <table class="entries">
          <TableHead
            columns={[
              'Warehouse',
              { figure: 'Available' },
              { figure: 'Held' },
              { figure: 'Sold' },
              { figure: 'Unsellable' },
              { figure: 'On hand' },
              isPast && { figure: 'Available then', isThen: true },
              isPast && { figure: 'On hand then', isThen: true },
              { figure: 'Low at' },
              'Reorder',
              { unseen: 'What can be done' },
            ]}
          />
          <tbody>
            {warehouses.map((warehouse, index) => {
              const place = row * levels.width + index
              if (!levels.exists(place)) return null
              const low = isLow(levels, warehouses, place)
              const available = levels.availableAt(place)
              const unsellable = levels.unsellable[place]!
              const sold = levels.allocated[place]!
              const past = then?.get(warehouse.id)
              return (
                <tr key={warehouse.id}>
                  <th scope="row">
                    <bdi>{warehouse.name}</bdi>
                    {!warehouse.sells && (
                      <span class="aside state state-not-selling">does not sell</span>
                    )}
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
                  {isPast && (
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
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}

/** The warehouses where it ever was. */
function warehousesOf(productId: string): readonly WarehouseView[] {
  const { levels, warehouses } = model
  const row = levels.row(productId)
  if (row === undefined) return []
  return warehouses.value.filter((_, index) => levels.exists(row * levels.width + index))
}

/** The levels at a time in the reader's zone; null if none is given. */
function useThen(productId: string, time: string): Then | null {
  const [then, setThen] = useState<Then | null>(null)
  useEffect(() => {
    let isGone = false
    const ms = new Date(time).getTime()
    if (time === '' || Number.isNaN(ms)) {
      setThen(null)
      return
    }
    const all = warehousesOf(productId).map(async ({ id: warehouseId }) => {
      return await client.stockAt({ warehouseId, productId, time: ms })
    })
    // One that fails does not affect the others.
    void Promise.allSettled(all).then((outcomes) => {
      if (isGone) return
      const answers = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      setThen(new Map(answers.map((answer) => [answer.warehouseId, answer])))
    })
    return () => {
      isGone = true
    }
  }, [productId, time])
  return then
}

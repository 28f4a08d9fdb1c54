import type { WarehouseView } from 'holdfast'
import { openForm } from '../../frame/dialogs.tsx'
import { link } from '../../frame/route.ts'
import { closeForm, sellsForm } from '../../forms/warehouse-forms.tsx'
import { model } from '../../live/model.ts'
import { useLive } from '../../live/use-live.ts'
import { may } from '../../service/may.ts'
import { Name } from '../../text/name.tsx'
import { number } from '../../text/numbers.ts'
import { TableHead } from '../../text/table-head.tsx'

const EVERY_MS = 1000

/** The warehouses, and whether they sell. */
export function WarehousesPage() {
  useLive(({ places }) => places.size > 0, EVERY_MS)
  const { value: warehouses } = model.warehouses
  const { state } = model.loading.value
  return (
    <>
      <h1>Warehouses</h1>
      {state === 'loading' && <p class="empty">Loading warehouses…</p>}
      {state !== 'loading' && warehouses.length > 0 && (
        <div class="sheet scrolls" tabIndex={0} role="region" aria-label="Warehouses">
          <table class="entries">
            <TableHead
              columns={[
                'Warehouse',
                'Sells',
                { figure: 'Available' },
                { figure: 'Reserved' },
                { figure: 'Unsellable' },
                { figure: 'On hand' },
                { figure: 'Room for' },
                { figure: 'Low at' },
                { unseen: 'What can be done' },
              ]}
            />
            <tbody>
              {warehouses.map((warehouse, column) => (
                <Row key={warehouse.id} warehouse={warehouse} column={column} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="hint">
        A warehouse is created, renamed and reopened on the command line or over HTTP.
      </p>
    </>
  )
}

function Row({ warehouse, column }: { warehouse: WarehouseView; column: number }) {
  const { id, name, sells, capacity, reorderThreshold } = warehouse
  const { reserved, onHand, unsellable } = sumOf(column)
  return (
    <tr>
      <td>
        <a class="name" href={link('stock', undefined, { show: `=${id}` })}>
          <bdi>{name}</bdi>
        </a>
        {name !== id && (
          <span class="aside">
            <Name text={id} />
          </span>
        )}
      </td>
      <td>
        {sells ? (
          <span class="state state-selling">sells</span>
        ) : (
          <span class="state state-not-selling">does not sell</span>
        )}
      </td>
      <td class="figure strong" data-label="Available">
        {number(onHand - reserved - unsellable)}
      </td>
      <td class={reserved === 0 ? 'figure none' : 'figure'} data-label="Reserved">
        {number(reserved)}
      </td>
      <td class={unsellable === 0 ? 'figure none' : 'figure'} data-label="Unsellable">
        {number(unsellable)}
      </td>
      <td class="figure" data-label="On hand">
        {number(onHand)}
      </td>
      <td class="figure" data-label="Room for">
        {capacity === null ? '–' : number(Math.max(0, capacity - onHand))}
      </td>
      <td class="figure" data-label="Low at">
        {number(reorderThreshold)}
      </td>
      <td class="do">
        <span class="actions small">
          {may('changeWarehouse') && (
            <button type="button" onClick={() => openForm(sellsForm(warehouse))}>
              {sells ? 'Stop selling' : 'Sell again'}
            </button>
          )}
          {may('closeWarehouse') && (
            <button type="button" onClick={() => openForm(closeForm(warehouse))}>
              Close
            </button>
          )}
        </span>
      </td>
    </tr>
  )
}

/** The sum over one warehouse. */
function sumOf(column: number) {
  const { levels } = model
  let reserved = 0
  let onHand = 0
  let unsellable = 0
  for (let place = column; place < levels.products.length * levels.width; place += levels.width) {
    reserved += levels.reservedAt(place)
    onHand += levels.onHandAt(place)
    unsellable += levels.unsellable[place]!
  }
  return { reserved, onHand, unsellable }
}

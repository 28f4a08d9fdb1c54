import { useState } from 'preact/hooks'
import { link, route } from '../../frame/route.ts'
import { model } from '../../live/model.ts'
import { useLive } from '../../live/use-live.ts'
import { may } from '../../service/may.ts'
import { overview } from '../../service/overview.ts'
import { Name } from '../../text/name.tsx'
import { count, number } from '../../text/numbers.ts'
import { When } from '../../text/when.tsx'
import { closeList, keptList, openCount, openList, unwritten, type OpenList } from './count-list.ts'
import { MOST_ROWS, rowsOf } from './count-row.ts'
import { CountSheet } from './count-sheet.tsx'

/** A stocktake: the products of a warehouse, many on one screen, and the count of each. */
export function CountPage() {
  const { state } = model.loading.value
  const isKept = keptList.value !== null
  const list = isKept ? null : openList.value
  // An open list stays where it is while the stock is loaded again.
  const isReady = state === 'ready' || list !== null
  return (
    <>
      <div class="title-line">
        <h1>Count list</h1>
        {list !== null && <Close />}
      </div>
      {state === 'loading' && list === null && <p class="empty">Loading stock…</p>}
      {isReady && isKept && <p class="empty">Loading the list…</p>}
      {isReady && overview.value !== null && !may('countStock') && (
        <p class="empty">
          {overview.value.readOnly
            ? 'Nothing can be counted while the store refuses writes.'
            : 'Your token may not count. Ask for one with the role operator.'}
        </p>
      )}
      {isReady &&
        !isKept &&
        may('countStock') &&
        (list === null ? <Choose /> : <Open list={list} />)}
    </>
  )
}

/** Chooses a warehouse, and which of its products. */
function Choose() {
  useLive(({ places }) => places.size > 0)
  const { query } = route.value
  const { value: warehouses } = model.warehouses
  const [warehouseId, setWarehouseId] = useState(
    warehouses.find(({ id }) => id === query.get('warehouse'))?.id ?? warehouses[0]?.id ?? '',
  )
  const [prefix, setPrefix] = useState(query.get('prefix') ?? '')
  const { length } = rowsOf(model.levels, warehouseId, prefix, model.seq)
  const isTooLong = length > MOST_ROWS
  return (
    <>
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault()
          if (length > 0 && !isTooLong) openCount(warehouseId, prefix)
        }}
      >
        <label>
          Warehouse
          <select
            value={warehouseId}
            onChange={(event) => setWarehouseId(event.currentTarget.value)}
          >
            {warehouses.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="search">
          Products that begin with
          <input
            type="search"
            value={prefix}
            dir="auto"
            placeholder="All of them"
            onInput={(event) => setPrefix(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" aria-disabled={length === 0 || isTooLong}>
          Open the list
        </button>
      </form>
      <p class="count" role="status">
        {count(length, 'product')}
        {isTooLong && `: a list holds ${number(MOST_ROWS)}. Write more of what they begin with.`}
      </p>
      <p class="hint">
        Open it before you go to the shelves. What is sold, shipped or received while you count is
        not mistaken for a difference: a count is compared with the books as they are now.
      </p>
    </>
  )
}

function Open({ list }: { list: OpenList }) {
  const { warehouseId, prefix, openedAt, rows } = list
  const name = model.warehouses.value.find(({ id }) => id === warehouseId)?.name ?? warehouseId
  return (
    <>
      <p>
        {count(rows.length, 'product')} in <Name text={name} />
        {prefix.trim() !== '' && (
          <>
            {' that '}
            {rows.length === 1 ? 'begins' : 'begin'} with <Name text={prefix.trim()} />
          </>
        )}
        , with the books as of <When ms={openedAt} />. A product that is not on it is counted with
        <em> Count</em> on the page <a href={link('stock')}>Stock</a>.
      </p>
      <CountSheet list={list} />
    </>
  )
}

/** Asks first if something would be lost. */
function Close() {
  const [isAsked, setAsked] = useState(false)
  const typed = unwritten()
  if (!isAsked || typed === 0) {
    return (
      <button type="button" onClick={() => (typed === 0 ? closeList() : setAsked(true))}>
        Close the list
      </button>
    )
  }
  return (
    <p class="actions" role="alert">
      {count(typed, 'count is', 'counts are')} not written.
      <button type="button" onClick={() => setAsked(false)}>
        Keep the list
      </button>
      <button type="button" class="final primary" onClick={() => closeList()}>
        Close it
      </button>
    </p>
  )
}

import { useEffect, useMemo, useState } from 'preact/hooks'
import { link, refine, route } from '../../frame/route.ts'
import { Actions } from '../../forms/actions.tsx'
import { model } from '../../live/model.ts'
import { useLive } from '../../live/use-live.ts'
import { may } from '../../service/may.ts'
import { useTyped } from '../filters.tsx'
import { groupsOf } from './columns.ts'
import { StockGrid } from './stock-grid.tsx'

const NARROW = matchMedia('(max-width: 700px)')
const TYPING_MS = 120
/** More columns are unreadable, and a thousand take seconds to draw. */
const MOST_BESIDE = 20

/** The stock of every product in every warehouse. */
export function StockPage() {
  const { query } = route.value
  const { value: warehouses } = model.warehouses
  const isNarrow = useIsNarrow()
  const isWide = isNarrow || warehouses.length > MOST_BESIDE
  const shown = query.get('show') ?? (isWide ? 'sum' : 'all')
  const groups = useMemo(() => groupsOf(warehouses, shown), [warehouses, shown])
  const one = warehouses.find(({ id }) => shown === `=${id}`)?.id
  const { state } = model.loading.value
  const isEmpty = model.levels.products.length === 0
  useLive(() => isEmpty && model.levels.products.length > 0)
  return (
    <>
      <div class="title-line">
        <h1>Stock</h1>
        <div class="actions">
          <Actions
            verbs={['addStock', 'removeStock', 'setAside', 'countStock', 'transfer', 'reserve']}
            warehouseId={one}
          />
          {may('countStock') && (
            <a class="button" href={link('count', undefined, { warehouse: one })}>
              Count list
            </a>
          )}
        </div>
      </div>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <Search />
        <label>
          Show
          <select value={shown} onChange={(event) => refine({ show: event.currentTarget.value })}>
            <option value="all">Warehouses side by side</option>
            <option value="sum">All warehouses together</option>
            {warehouses.map(({ id, name }) => (
              <option key={id} value={`=${id}`}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="yes">
          <input
            type="checkbox"
            checked={query.get('low') === '1'}
            onChange={(event) => refine({ low: event.currentTarget.checked ? '1' : undefined })}
          />
          Only low stock
        </label>
      </form>
      {state === 'ready' && isEmpty && (
        <p class="empty">
          There is no stock yet.{' '}
          {may('addStock') && (
            <>
              Take in the first delivery with <em>Receive</em>, or a file with{' '}
              <code>holdfast import</code>.
            </>
          )}
        </p>
      )}
      {state === 'loading' && <p class="empty">Loading stock…</p>}
      {state === 'ready' && !isEmpty && (
        <StockGrid
          groups={groups}
          search={query.get('q') ?? ''}
          onlyLow={query.get('low') === '1'}
          sort={query.get('sort') ?? ''}
          isDescending={query.get('order') === 'desc'}
        />
      )}
    </>
  )
}

function Search() {
  const [text, type] = useTyped('q', undefined, TYPING_MS)
  return (
    <label class="search">
      <span>
        Search <kbd>/</kbd>
      </span>
      <input
        type="search"
        value={text}
        dir="auto"
        placeholder="Product"
        onInput={(event) => type(event.currentTarget.value)}
      />
    </label>
  )
}

function useIsNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(NARROW.matches)
  useEffect(() => {
    const onChange = (): void => setNarrow(NARROW.matches)
    NARROW.addEventListener('change', onChange)
    return () => NARROW.removeEventListener('change', onChange)
  }, [])
  return isNarrow
}

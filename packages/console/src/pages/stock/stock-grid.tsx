import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { refine } from '../../frame/route.ts'
import { model } from '../../live/model.ts'
import { count } from '../../text/numbers.ts'
import { columnsOf, MEASURES, type Column, type Group } from './columns.ts'
import { Grid } from './grid.ts'
import { rowOrder, type Wanted } from './row-order.ts'

/** How often the order is updated: for new products always, for others only while nothing is pointed at. */
const REORDER_MS = 500

interface StockGridProps {
  readonly groups: readonly Group[]
  readonly search: string
  readonly onlyLow: boolean
  readonly sort: string
  readonly isDescending: boolean
}

/** Products × warehouses, live. */
export function StockGrid({ groups, search, onlyLow, sort, isDescending }: StockGridProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const grid = useRef<Grid | null>(null)
  const [size, setSize] = useState(0)
  const columns = useMemo(() => columnsOf(groups), [groups])
  const { value: warehouses } = model.warehouses
  const sortBy = columns.find(({ key }) => key === sort) ?? null
  const lowIn = groups.length === 1 ? groups[0]!.warehouse : null

  useEffect(() => {
    const wanted: Wanted = { search, onlyLow, lowIn, sortBy, isDescending }
    const shown = () => {
      const order = rowOrder(model.levels, warehouses, wanted)
      setSize(order.length)
      return { levels: model.levels, warehouses, order }
    }
    const made = new Grid(scroller.current!, body.current!, columns, shown())
    grid.current = made
    let isOld = false
    let products = model.levels.products.length
    let dueAt = 0
    const reorder = (): void => {
      isOld = false
      products = model.levels.products.length
      const began = performance.now()
      made.setOrder(shown())
      // With very many products less often: at most a thirtieth of the time.
      dueAt = performance.now() + 30 * (performance.now() - began)
    }
    const stop = model.onChange(({ places }) => {
      made.changed(places)
      isOld ||= places.size > 0
    })
    const timer = setInterval(() => {
      const isUsed = scroller.current?.matches(':hover, :focus') === true
      const isNew = model.levels.products.length > products
      const isDue = performance.now() >= dueAt
      if (isOld && isDue && !document.hidden && (isNew || !isUsed)) reorder()
    }, REORDER_MS)
    return () => {
      clearInterval(timer)
      stop()
      made.close()
    }
  }, [columns, warehouses, search, onlyLow, lowIn, sortBy, isDescending])

  return (
    <>
      <p class="count" role="status">
        {count(size, 'product')}
      </p>
      <div
        ref={scroller}
        class={`grid columns-${Math.min(columns.length, 3)}`}
        role="grid"
        aria-label="Stock by product and warehouse"
        aria-colcount={columns.length + 1}
        aria-readonly="true"
        tabIndex={0}
      >
        <Head groups={groups} columns={columns} sort={sort} isDescending={isDescending} />
        <div ref={body} class="grid-body" role="rowgroup" />
      </div>
    </>
  )
}

interface HeadProps {
  readonly groups: readonly Group[]
  readonly columns: readonly Column[]
  readonly sort: string
  readonly isDescending: boolean
}

function Head({ groups, columns, sort, isDescending }: HeadProps) {
  return (
    <div class="grid-head" role="rowgroup">
      <div class="grid-row" role="row" aria-rowindex={1}>
        <div class="grid-cell grid-product quiet" role="columnheader">
          Warehouse
        </div>
        {groups.map(({ label, warehouse }) => (
          <div
            key={warehouse}
            class="grid-cell grid-group first"
            role="columnheader"
            aria-colspan={MEASURES.length}
            title={label}
          >
            <bdi>{label}</bdi>
          </div>
        ))}
      </div>
      <div class="grid-row" role="row" aria-rowindex={2}>
        <SortHead name="product" label="Product" sort={sort || 'product'} {...{ isDescending }} />
        {columns.map(({ key, label, isFirst }) => (
          <SortHead key={key} name={key} {...{ label, isFirst, sort, isDescending }} />
        ))}
      </div>
    </div>
  )
}

interface SortHeadProps {
  readonly name: string
  readonly label: string
  readonly sort: string
  readonly isDescending: boolean
  readonly isFirst?: boolean
}

/** Sorts by its column; figures start with the largest, names with A. */
function SortHead({ name, label, sort, isDescending, isFirst = false }: SortHeadProps) {
  const isSorted = sort === name
  const isName = name === 'product'
  const toggle = (): void => {
    const descending = isSorted ? !isDescending : !isName
    refine({ sort: isName ? undefined : name, order: descending ? 'desc' : undefined })
  }
  const direction = isDescending ? 'descending' : 'ascending'
  const place = isName ? 'grid-product' : `grid-figure${isFirst ? ' first' : ''}`
  return (
    <div
      class={`grid-cell ${place}`}
      role="columnheader"
      aria-sort={isSorted ? direction : undefined}
    >
      <button type="button" class="sort" onClick={toggle}>
        {isSorted && (
          <span aria-hidden="true" class="arrow">
            {isDescending ? '▾' : '▴'}
          </span>
        )}
        {label}
      </button>
    </div>
  )
}

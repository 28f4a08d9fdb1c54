import type { ComponentChildren } from 'preact'
import { link, refine } from '../../frame/route.ts'
import { Name } from '../../text/name.tsx'
import { ProductSearch, TextSearch, WarehouseFilter } from '../filters.tsx'
import { referenceIn, TYPES, type TrailFilter } from './trail-filter.ts'

export function TrailFilters(props: { filter: TrailFilter; children: ComponentChildren }) {
  const { filter, children } = props
  const only = onlyOf(filter)
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <ProductSearch />
      <label>
        What
        <select
          value={filter.type ?? ''}
          onChange={(event) => refine({ type: event.currentTarget.value })}
        >
          <option value="">Everything</option>
          {Object.entries(TYPES).map(([type, label]) => (
            <option key={type} value={type}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <WarehouseFilter warehouseId={filter.warehouseId} />
      <TextSearch label="Document" name="reference" placeholder="Order 4711" clean={referenceIn} />
      {children}
      {only !== null && (
        <p class="only">
          Only {only.what} <Name text={only.text} />. <a href={link('trail')}>Show all</a>
          {filter.reservationId !== undefined && (
            <a
              class="aside"
              href={link('reservations', undefined, { reservationId: filter.reservationId })}
            >
              the reservation itself
            </a>
          )}
        </p>
      )}
    </form>
  )
}

/** Filters from a link that have no field of their own. */
function onlyOf({
  reservationId,
  transferId,
  group,
}: TrailFilter): { readonly what: string; readonly text: string } | null {
  if (reservationId !== undefined) return { what: 'the reservation', text: reservationId }
  if (transferId !== undefined) return { what: 'the transfer', text: transferId }
  return group === undefined ? null : { what: 'the group', text: group }
}

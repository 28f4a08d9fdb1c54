import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { link, refine, route } from '../../frame/route.ts'
import { model } from '../../live/model.ts'
import { Name } from '../../text/name.tsx'
import { TYPES, type TrailFilter } from './trail-filter.ts'

const TYPING_MS = 250

/** What the trail is asked for. */
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
      <label>
        Warehouse
        <select
          value={filter.warehouseId ?? ''}
          onChange={(event) => refine({ warehouseId: event.currentTarget.value })}
        >
          <option value="">All</option>
          {model.warehouses.value.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
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

/** What came from a link, and has no field of its own. */
function onlyOf({
  reservationId,
  transferId,
  reference,
  group,
}: TrailFilter): { readonly what: string; readonly text: string } | null {
  if (reservationId !== undefined) return { what: 'the reservation', text: reservationId }
  if (transferId !== undefined) return { what: 'the transfer', text: transferId }
  if (reference !== undefined) return { what: 'the document', text: reference }
  return group === undefined ? null : { what: 'the group', text: group }
}

/** The trail is chosen by whole ids: the known ones are offered. */
export function ProductSearch() {
  const asked = route.value.query.get('productId') ?? ''
  const [text, setText] = useState(asked)
  // A space at the end is on its way to the next word.
  useEffect(() => setText((before) => (before.trim() === asked ? before : asked)), [asked])
  useEffect(() => {
    const timer = setTimeout(() => {
      const productId = text.trim()
      if ((route.value.query.get('productId') ?? '') !== productId) refine({ productId })
    }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  const part = text.toLowerCase()
  const offered =
    part === ''
      ? []
      : model.levels.products.filter((id) => id.toLowerCase().includes(part)).slice(0, 12)
  return (
    <label class="search">
      <span>
        Product <kbd>/</kbd>
      </span>
      <input
        type="search"
        value={text}
        dir="auto"
        list="products-here"
        placeholder="Its whole id"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <datalist id="products-here">
        {offered.map((id) => (
          <option key={id} value={id} />
        ))}
      </datalist>
    </label>
  )
}

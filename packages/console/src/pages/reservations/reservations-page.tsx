import { ReservationStatus, type Reservation } from './states.ts'
import { useEffect, useMemo } from 'preact/hooks'
import { link, refine, route } from '../../frame/route.ts'
import { Actions } from '../../forms/actions.tsx'
import { ReservationActions } from '../../forms/reservation-actions.tsx'
import { model } from '../../live/model.ts'
import { tick } from '../../service/tick.ts'
import { Product } from '../../text/name.tsx'
import { number } from '../../text/numbers.ts'
import { Countdown } from '../../text/until.tsx'
import { When } from '../../text/when.tsx'
import { stateInWords } from '../../text/words.ts'
import { ProductSearch } from '../trail/trail-filters.tsx'
import { OwnerSearch } from './owner-search.tsx'
import { ReservationList, type ReservationQuery } from './reservation-list.ts'

const FIELDS = ['status', 'owner', 'productId', 'warehouseId'] as const

/** Holds and sales, and what can be done with each. */
export function ReservationsPage() {
  const { query } = route.value
  const address = query.toString()
  const asked = useMemo<ReservationQuery>(() => {
    const pairs = FIELDS.map((name) => [name, query.get(name) ?? ''])
    return Object.fromEntries(pairs.filter(([, value]) => value !== '')) as ReservationQuery
  }, [address])
  const list = useMemo(() => new ReservationList(asked), [asked])
  useEffect(() => {
    list.open()
    return () => list.close()
  }, [list])
  const { items, cursor, state } = list.shown.value
  const shown = items.filter((one) => asked.status === undefined || stateOf(one) === asked.status)
  return (
    <>
      <div class="title-line">
        <h1>Reservations</h1>
        <Actions verbs={['reserve']} warehouseId={asked.warehouseId} />
      </div>
      <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
        <ProductSearch />
        <OwnerSearch />
        <label>
          State
          <select
            value={asked.status ?? ''}
            onChange={(event) => refine({ status: event.currentTarget.value })}
          >
            <option value="">All</option>
            {ReservationStatus.map((one) => (
              <option key={one} value={one}>
                {stateInWords(one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          Warehouse
          <select
            value={asked.warehouseId ?? ''}
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
      </form>
      {state === 'loading' && <p class="empty">Loading reservations…</p>}
      {state === 'failed' && (
        <p class="notice bad">
          They could not be read.{' '}
          <button type="button" onClick={() => list.older()}>
            Try again
          </button>
        </p>
      )}
      {state === 'ready' && shown.length === 0 && (
        <p class="empty">
          {address === ''
            ? 'There is no reservation yet. A shop makes them over HTTP, or you with Hold.'
            : 'No reservation is like this. Take a filter away to see more.'}
        </p>
      )}
      {shown.length > 0 && <Table reservations={shown} />}
      {cursor !== null && (
        <p>
          <button type="button" onClick={() => list.older()}>
            Older reservations
          </button>
        </p>
      )}
    </>
  )
}

/** As it stands at this moment: a hold is over at its instant, whoever writes it down. */
function stateOf({ status, expiresAt }: Reservation): string {
  return status === 'PENDING' && tick.value > expiresAt ? 'EXPIRED' : status
}

function Table({ reservations }: { reservations: readonly Reservation[] }) {
  return (
    <table class="entries reservations">
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col" class="figure">
            Units
          </th>
          <th scope="col">Product</th>
          <th scope="col">Warehouse</th>
          <th scope="col">For</th>
          <th scope="col">Made</th>
          <th scope="col" class="figure">
            Ends in
          </th>
          <th scope="col">
            <span class="unseen">What can be done</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {reservations.map((one) => {
          const state = stateOf(one)
          return (
            <tr key={one.id}>
              <td>
                <span class={`state state-${state.toLowerCase()}`}>{stateInWords(state)}</span>
              </td>
              <td class="figure strong">{number(one.qty)}</td>
              <td>
                <Product id={one.productId} />
              </td>
              <td>
                <bdi>{one.warehouseId}</bdi>
              </td>
              <td>
                {one.owner !== null && (
                  <a class="name" href={link('reservations', undefined, { owner: one.owner })}>
                    <bdi>{one.owner}</bdi>
                  </a>
                )}
              </td>
              <td class="when">
                <When ms={one.createdAt} />
              </td>
              <td class="figure">{state === 'PENDING' && <Countdown to={one.expiresAt} />}</td>
              <td>
                <ReservationActions reserved={one} state={state} />
                <a class="aside" href={link('trail', undefined, { reservationId: one.id })}>
                  history
                </a>
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

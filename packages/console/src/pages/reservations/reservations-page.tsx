import { filterInWords, ReservationStatus, shownAs, type Reservation } from './states.ts'
import { Fragment } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import { link, refine, route } from '../../frame/route.ts'
import { Actions } from '../../forms/actions.tsx'
import { ReservationActions } from '../../forms/reservation-actions.tsx'
import { openOf, reservedOf } from '../../forms/reserved.ts'
import { may } from '../../service/may.ts'
import { tick } from '../../service/tick.ts'
import { Name, Product } from '../../text/name.tsx'
import { number } from '../../text/numbers.ts'
import { TableHead } from '../../text/table-head.tsx'
import { Countdown } from '../../text/until.tsx'
import { When } from '../../text/when.tsx'
import { stateInWords } from '../../text/words.ts'
import { OwnerSearch, ProductSearch, WarehouseFilter } from '../filters.tsx'
import { ReservationList, type ReservationQuery } from './reservation-list.ts'

const FIELDS = ['status', 'owner', 'productId', 'warehouseId', 'group', 'reservationId'] as const

/** An address may come from anywhere: a state that is none of them is no filter. */
function isFilter([name, value]: readonly [string, string]): boolean {
  return name === 'status' ? ReservationStatus.some((one) => one === value) : value !== ''
}

/** Holds and sales, and what can be done with each. */
export function ReservationsPage() {
  const { query } = route.value
  const address = query.toString()
  const asked = useMemo<ReservationQuery>(() => {
    const pairs = FIELDS.map((name) => [name, query.get(name) ?? ''] as const)
    return Object.fromEntries(pairs.filter(isFilter)) as ReservationQuery
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
                {filterInWords(one)}
              </option>
            ))}
          </select>
        </label>
        <WarehouseFilter warehouseId={asked.warehouseId} />
        <Only query={asked} />
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
            ? `There is no reservation yet. A shop makes them over HTTP${may('reserve') ? '; you make one with Hold' : ''}.`
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

/** The current state: a hold expires at its instant, recorded or not. */
function stateOf({ status, expiresAt }: Reservation): string {
  return status === 'PENDING' && tick.value > expiresAt ? 'EXPIRED' : status
}

/** Filters from a link that have no field of their own. */
function Only({ query: { reservationId, group } }: { query: ReservationQuery }) {
  const text = reservationId ?? group
  if (text === undefined) return null
  return (
    <p class="only">
      Only {reservationId === undefined ? 'the group' : 'the reservation'} <Name text={text} />.{' '}
      <a href={link('reservations')}>Show all</a>
    </p>
  )
}

/** Units still held or to be shipped, and what became of the others if that differs. */
function Open({ reservation, state }: { reservation: Reservation; state: string }) {
  const { released, shipped, cancelled, cameBack, replacedBy } = reservation
  const moved = replacedBy === null ? '' : ' or replaced'
  // The hold has expired, though that is not recorded yet.
  const open = state === 'EXPIRED' ? 0 : openOf(reservation)
  const others = [
    { units: released, what: 'released' },
    { units: shipped, what: 'shipped' },
    { units: cancelled, what: `cancelled${moved}` },
    { units: cameBack, what: 'came back' },
  ].filter(({ units }) => units > 0)
  return (
    <>
      <span class={open === 0 ? 'none' : 'strong'}>{number(open)}</span>
      {(open > 0 || others.length > 1) &&
        others.map(({ units, what }) => (
          <Fragment key={what}>
            {' '}
            <span class="part">
              {number(units)} {what}
            </span>
          </Fragment>
        ))}
    </>
  )
}

/** Links to the one before, and to its replacement. */
function Replaced({ reservation: { replaces, replacedBy } }: { reservation: Reservation }) {
  const to = (reservationId: string): string => link('reservations', undefined, { reservationId })
  return (
    <>
      {replacedBy !== null && (
        <a class="aside" href={to(replacedBy)}>
          replaced by another
        </a>
      )}
      {replaces !== null && (
        <a class="aside" href={to(replaces)}>
          replaces another
        </a>
      )}
    </>
  )
}

function Table({ reservations }: { reservations: readonly Reservation[] }) {
  return (
    <table class="entries reservations">
      <TableHead
        columns={[
          'State',
          { figure: 'Units' },
          { figure: 'Open' },
          'Product',
          'Warehouse',
          'For',
          'Created',
          { figure: 'Ends in' },
          { unseen: 'What can be done' },
        ]}
      />
      <tbody>
        {reservations.map((one) => {
          const state = stateOf(one)
          const shown = shownAs(one, state)
          return (
            <tr key={one.id}>
              <td>
                <span class={`state state-${shown.toLowerCase()}`}>{stateInWords(shown)}</span>
              </td>
              <td class="figure" data-label="Units">
                {number(one.qty)}
              </td>
              <td class="figure" data-label="Open">
                <Open reservation={one} state={state} />
              </td>
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
                {one.group !== null && (
                  <a class="aside" href={link('reservations', undefined, { group: one.group })}>
                    its group
                  </a>
                )}
              </td>
              <td class="when">
                <When ms={one.createdAt} />
              </td>
              <td class="figure" data-label="Ends in">
                {state === 'PENDING' && <Countdown to={one.expiresAt} />}
              </td>
              <td class="do">
                <ReservationActions reserved={reservedOf(one)} state={state} />
                <a class="aside" href={link('trail', undefined, { reservationId: one.id })}>
                  history
                </a>
                <Replaced reservation={one} />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

import type { Command, CommandOf, SingleCommand } from '../model/commands/commands.ts'
import type { Reservation, ReservationStatus } from '../model/reservation.ts'
import type { Transfer } from '../model/transfer.ts'
import type { WarehouseOptions } from '../model/warehouse-record.ts'
import type { Dice } from './dice.ts'

/**
 * Few warehouses, one of them small: transfers in both directions collide, and the capacity is reached. One does not
 * sell, and one is sometimes closed.
 */
export const WORKLOAD_WAREHOUSES: readonly WarehouseOptions[] = [
  { id: 'SF', name: 'San Francisco', reorderThreshold: 3 },
  { id: 'NYC', name: 'New York', capacity: 30 },
  { id: '__proto__', name: 'Nowhere' },
  { id: 'BACK', name: 'Back room', sells: false },
  { id: 'POPUP', name: 'For a week', reorderThresholds: { SOCK: 2 } },
]
const SHOPS = ['SF', 'NYC', '__proto__']
/** The first one is the hot one. */
export const PRODUCTS = ['SOCK', 'SHOE', 'constructor', '🧦'] as const
const NOBODY = '00000000-0000-8fff-8000-000000000000'
const OWNERS = ['cart-1', 'cart-2']

/** What a command can refer to. */
export interface Known {
  /** In their current state, in the order in which they were made. */
  readonly reservations: readonly Reservation[]
  readonly transfers: readonly Transfer[]
  /** The newest entry. */
  readonly seq: number
}

type Named = Pick<Command, 'actor' | 'metadata' | 'reference' | 'group'>

/** Sometimes an actor with metadata, a document, a group. */
export function named(d: Dice): Named {
  return {
    ...(d.chance(15)
      ? { actor: d.pick(['ann', 'bob']), metadata: { order: String(d.below(9)), ['1']: 'one' } }
      : {}),
    ...(d.chance(10) ? { reference: { type: 'order', id: String(d.below(9)) } } : {}),
    ...(d.chance(8) ? { group: d.pick(['order-1', 'order-2']) } : {}),
  }
}

/** Any command that is well-formed by itself. */
export function single(d: Dice, known: Known): SingleCommand {
  return { ...anyOf(d, known), ...named(d) }
}

function anyOf(d: Dice, known: Known): SingleCommand {
  const kind = d.below(100)
  if (kind < 26) return ofStock(d, known)
  if (kind < 48) return taking(d, known)
  if (kind < 82) return ofReservation(d, known)
  if (kind < 86) return ofHolder(d)
  if (kind < 98) return moving(d, known)
  return { verb: 'closeWarehouse', warehouseId: 'POPUP' }
}

/** Usually the hot level. */
function place(d: Dice) {
  const productId = d.chance(60) ? PRODUCTS[0] : d.pick(PRODUCTS)
  const rare = d.below(100)
  if (rare < 2) return { warehouseId: 'MOON', productId }
  if (rare < 10) return { warehouseId: 'BACK', productId }
  if (rare < 14) return { warehouseId: 'POPUP', productId }
  return { warehouseId: d.pick(SHOPS), productId }
}

/** Often the same level, so that the units set aside there are found again. */
function placeOfAside(d: Dice) {
  return d.chance(60) ? { warehouseId: 'SF', productId: PRODUCTS[0] } : place(d)
}

function units(d: Dice): number {
  return 1 + d.below(d.chance(10) ? 30 : 6)
}

/** A quantity, some of the time. */
function part(d: Dice, percent: number) {
  return d.chance(percent) ? { qty: 1 + d.below(4) } : {}
}

function sometimes<const T extends object>(d: Dice, percent: number, fields: T): T | object {
  return d.chance(percent) ? fields : {}
}

function ttl(d: Dice): number {
  return d.pick([1, 10, 30, 100, 1000, 1000])
}

/** Usually one of the latest, which still change. Usually in one of these states, if there is one. */
function aimed(d: Dice, known: Known, ...states: readonly ReservationStatus[]): Reservation | null {
  const fit = known.reservations.filter(({ status }) => states.includes(status))
  const from = fit.length > 0 && d.chance(70) ? fit : known.reservations
  if (from.length === 0) return null
  return d.chance(80) ? d.pick(from.slice(-8)) : d.pick(from)
}

function idOf(d: Dice, known: Known, ...states: readonly ReservationStatus[]): string {
  const found = d.chance(3) ? null : aimed(d, known, ...states)
  return found?.id ?? d.pick(['nobody', NOBODY])
}

function ofStock(d: Dice, { seq }: Known): SingleCommand {
  const at = place(d)
  const qty = units(d)
  const ifSeq = sometimes(d, 8, { ifSeq: Math.max(0, seq - d.below(12)) })
  const pick = d.below(100)
  if (pick < 36) {
    const into = sometimes(d, 20, { into: d.chance(80) ? 'unsellable' : 'available' } as const)
    return { verb: 'addStock', ...at, qty: qty * 2, source: 'SUPPLIER', ...into, ...ifSeq }
  }
  if (pick < 50)
    return { verb: 'removeStock', ...at, qty, reason: d.pick(['DAMAGED', 'LOST']), ...ifSeq }
  const aside = placeOfAside(d)
  if (pick < 64) return { verb: 'setAside', ...aside, qty, reason: 'QUARANTINE', ...ifSeq }
  if (pick < 73) {
    const reason = sometimes(d, 50, { reason: 'CHECKED' })
    return { verb: 'putBack', ...aside, qty: 1 + d.below(3), ...reason, ...ifSeq }
  }
  if (pick < 80)
    return { verb: 'writeOff', ...aside, qty: 1 + d.below(3), reason: 'BROKEN', ...ifSeq }
  return { verb: 'countStock', ...at, ...count(d), ...ifSeq }
}

function count(d: Dice): Pick<CommandOf<'countStock'>, 'onHand' | 'expected' | 'unsellable'> {
  const onHand = d.chance(15) ? 0 : d.below(25)
  return {
    onHand,
    ...sometimes(d, 30, { unsellable: d.below(6) }),
    ...sometimes(d, 30, { expected: d.chance(30) ? onHand : d.below(25) }),
    ...sometimes(d, 30, { onlyIfChanged: d.chance(80) }),
    ...sometimes(d, 20, { reason: 'STOCKTAKE' }),
  }
}

/** Takes units from the shelf: held, replacing others, sold, in several warehouses. */
function taking(d: Dice, known: Known): SingleCommand {
  const at = place(d)
  const qty = units(d)
  const owner = sometimes(d, 40, { owner: d.pick(OWNERS) })
  const pick = d.below(100)
  if (pick < 45) return { verb: 'reserve', ...at, qty, ttlMs: ttl(d), ...owner }
  if (pick < 67) return inPlace(d, known)
  if (pick < 82) {
    const ship = sometimes(d, 50, { ship: d.chance(85) })
    return { verb: 'sell', ...at, qty, ...owner, ...ship }
  }
  const all = WORKLOAD_WAREHOUSES.map(({ id }) => id)
  const warehouseOrder = d.pick([SHOPS, SHOPS.toReversed(), SHOPS.slice(1), all, ['BACK']])
  return {
    verb: 'fulfillAcrossWarehouses',
    productId: at.productId,
    qty: qty * 2,
    ttlMs: ttl(d),
    ...sometimes(d, 60, { warehouseOrder }),
    ...sometimes(d, 50, { strategy: d.pick(['givenOrder', 'mostStockFirst', 'none']) }),
    ...owner,
  }
}

/** A hold that replaces another: of the same level or not, or repeating an earlier command. */
function inPlace(d: Dice, known: Known): SingleCommand {
  const old = aimed(d, known, 'PENDING', 'EXPIRED', 'RELEASED')
  if (old === null)
    return { verb: 'reserve', ...place(d), qty: 1, ttlMs: ttl(d), replaces: d.pick(['x', NOBODY]) }
  const made = known.reservations.find(({ id }) => id === old.replacedBy)
  const { warehouseId, productId, qty, owner } = made ?? old
  const again = made !== undefined && d.chance(80)
  const at = again || d.chance(70) ? { warehouseId, productId } : place(d)
  return {
    verb: 'reserve',
    ...at,
    qty: again ? qty : 1 + d.below(8),
    ttlMs: ttl(d),
    ...((again || d.chance(60)) && owner !== null ? { owner } : {}),
    replaces: old.id,
  }
}

function ofReservation(d: Dice, known: Known): SingleCommand {
  const pick = d.below(100)
  if (pick < 6) {
    const reservationId = idOf(d, known, 'PENDING')
    return { verb: 'confirm', reservationId, qty: 1 + d.below(2), rest: 'hold' }
  }
  if (pick < 24)
    return {
      verb: 'confirm',
      reservationId: idOf(d, known, 'PENDING'),
      ...part(d, 40),
      ...sometimes(d, 20, { rest: d.pick(['hold', 'release']) }),
      ...sometimes(d, 10, { reacquire: true }),
    }
  if (pick < 33) {
    const reservationId = idOf(d, known, 'EXPIRED')
    return { verb: 'confirm', reservationId, reacquire: d.chance(90), ...part(d, 30) }
  }
  if (pick < 44)
    return { verb: 'release', reservationId: idOf(d, known, 'PENDING'), ...part(d, 40) }
  if (pick < 53) return { verb: 'extend', reservationId: idOf(d, known, 'PENDING'), ttlMs: ttl(d) }
  if (pick < 66) return { verb: 'ship', reservationId: idOf(d, known, 'CONFIRMED'), ...part(d, 50) }
  if (pick < 74)
    return { verb: 'cancel', reservationId: idOf(d, known, 'CONFIRMED'), ...part(d, 50) }
  if (pick < 82)
    return {
      verb: 'changeOwner',
      reservationId: idOf(d, known, 'PENDING', 'CONFIRMED'),
      owner: d.pick([...OWNERS, 'customer-7']),
    }
  if (pick < 91)
    return {
      verb: 'moveReservation',
      reservationId: idOf(d, known, 'PENDING', 'CONFIRMED'),
      toWarehouseId: d.chance(80) ? d.pick(SHOPS) : d.pick(['BACK', 'POPUP', 'MOON']),
    }
  return {
    verb: 'returnGoods',
    reservationId: idOf(d, known, 'SHIPPED'),
    qty: 1 + d.below(3),
    ...sometimes(d, 40, { into: d.pick(['available', 'unsellable']) }),
    ...sometimes(d, 40, { reason: 'WRONG SIZE' }),
  }
}

function ofHolder(d: Dice): SingleCommand {
  const of = d.chance(75)
    ? { owner: d.pick([...OWNERS, 'customer-7']) }
    : { group: d.pick(['order-1', 'order-2', 'order-3']) }
  const verb = d.pick(['confirmAll', 'extendAll', 'releaseAll'] as const)
  return verb === 'extendAll' ? { verb, of, ttlMs: ttl(d) } : { verb, of }
}

function moving(d: Dice, known: Known): SingleCommand {
  const pick = d.below(100)
  const waiting = known.transfers.filter(({ status }) => status === 'PENDING_APPROVAL')
  const transfers = waiting.length > 0 && d.chance(50) ? waiting : known.transfers
  const transferId =
    transfers.length === 0 || d.chance(3) ? d.pick(['nobody', NOBODY]) : d.pick(transfers).id
  if (pick < 24) return { verb: 'approveTransfer', transferId }
  if (pick < 40)
    return { verb: 'rejectTransfer', transferId, ...sometimes(d, 50, { reason: 'no van' }) }
  const toWarehouseId = d.chance(80) ? d.pick(SHOPS) : d.pick(['BACK', 'POPUP', 'MOON'])
  const to = { verb: 'transfer', toWarehouseId } as const
  if (pick < 75) {
    const { warehouseId: fromWarehouseId, productId } = place(d)
    const approval = sometimes(d, 60, { requiresApproval: d.chance(80) })
    return { ...to, fromWarehouseId, productId, qty: units(d), ...approval }
  }
  const one = aimed(d, known, 'PENDING', 'CONFIRMED')
  const { warehouseId: fromWarehouseId, productId } = one ?? place(d)
  const ids = [one?.id ?? NOBODY]
  for (let more = d.below(3); more > 0; more--) {
    const here = known.reservations.filter(
      ({ warehouseId, status, ...other }) =>
        warehouseId === fromWarehouseId &&
        other.productId === productId &&
        (status === 'PENDING' || status === 'CONFIRMED'),
    )
    ids.push(here.length > 0 && d.chance(85) ? d.pick(here).id : idOf(d, known, 'CONFIRMED'))
  }
  const approval = sometimes(d, 8, { requiresApproval: true })
  const reservations = [...new Set(ids)]
  return { ...to, fromWarehouseId, productId, qty: 3 + units(d), ...approval, reservations }
}

import type { Reservation } from 'holdfast'
import { COMMANDS } from 'holdfast/model'
import type { Hold } from '../live/hold-table.ts'
import type { LevelTable } from '../live/level-table.ts'

/** The verbs about one reservation. */
export type ReservationVerb = {
  [verb in keyof typeof COMMANDS]: (typeof COMMANDS)[verb]['fields'] extends {
    reservationId: object
  }
    ? verb
    : never
}[keyof typeof COMMANDS]

/** In the order in which they are offered. */
const OFFERED: Readonly<Record<ReservationVerb, true>> = {
  confirm: true,
  extend: true,
  release: true,
  ship: true,
  cancel: true,
  returnGoods: true,
  moveReservation: true,
  changeOwner: true,
}
const VERBS = Object.keys(OFFERED) as ReservationVerb[]

/** What forms need of a reservation. */
export interface Reserved {
  readonly id: string
  readonly productId: string
  readonly warehouseId: string
  /** Units held at first. */
  readonly qty: number
  /** Units still held, or sold and not yet shipped. */
  readonly open: number
  /** Units shipped and not returned. */
  readonly away: number
  readonly owner: string | null
  readonly replacedBy: string | null
}

export function openOf({ qty, released, shipped, cancelled }: Reservation): number {
  return qty - released - shipped - cancelled
}

export function reservedOf(reservation: Reservation): Reserved {
  const { id, productId, warehouseId, qty, owner, replacedBy, shipped, cameBack } = reservation
  const open = openOf(reservation)
  return { id, productId, warehouseId, qty, open, away: shipped - cameBack, owner, replacedBy }
}

/** A live hold, from the live stock. */
export function heldAs({ id, place, qty, owner }: Hold, levels: LevelTable): Reserved {
  const productId = levels.products[Math.floor(place / levels.width)]!
  const warehouseId = levels.warehouses[place % levels.width]!
  return { id, productId, warehouseId, qty, open: qty, away: 0, owner, replacedBy: null }
}

/** The actions that make sense for a reservation in this state. */
export function possibleFor(reserved: Reserved, state: string): readonly ReservationVerb[] {
  return VERBS.filter((verb) => {
    if (!(COMMANDS[verb].from as readonly string[]).includes(state)) return false
    if (verb === 'returnGoods') return reserved.away > 0
    // An expired hold can be sold once: its replacement has actions of its own.
    return state !== 'EXPIRED' || reserved.replacedBy === null
  })
}

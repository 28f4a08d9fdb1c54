import {
  assert,
  InsufficientStockError,
  InvalidQtyError,
  PolicyFailedError,
} from '../../model/errors.ts'
import { shownId } from '../../model/id.ts'
import { invalid } from '../../model/limits.ts'
import { asOf, type Reservation } from '../../model/reservation.ts'
import type { Offer as Ranked } from '../sourcing.ts'
import type { CommandOf } from '../../model/commands/commands.ts'
import type { RESERVATION_COMMANDS } from '../../model/commands/reservations.ts'
import type { Decisions, Reading } from '../decision.ts'
import { cancel, expire, extend, hold, release, sell, ship } from '../hold-moves.ts'
import type { Level } from '../level.ts'
import { inState, levelOf, mustBe, mustFind, mustOffer } from './refusals.ts'

export const RESERVATION_DECISIONS: Decisions<keyof typeof RESERVATION_COMMANDS> = {
  reserve(read, { warehouseId, productId, qty, ttlMs, owner }) {
    const { level, expired } = mustOffer(read, warehouseId, productId, qty)
    return (write) => {
      expire(write, level, expired)
      return hold(write, level, qty, ttlMs, owner ?? null)
    }
  },

  confirm(read, { reservationId, qty: asked }) {
    const { found, level } = mustBe(read, reservationId, 'PENDING', 'confirm')
    const qty = asked ?? found.qty
    if (qty > found.qty) {
      throw new InvalidQtyError(`cannot confirm ${qty} of a reservation of ${found.qty}`, {
        reservationId,
        requested: qty,
        held: found.qty,
      })
    }
    return (write) => sell(write, level, found, qty)
  },

  release(read, { reservationId }) {
    const found = mustFind(read, reservationId)
    const now = asOf(found, read.now)
    switch (now.status) {
      case 'PENDING': {
        const level = levelOf(read, found)
        return (write) => release(write, level, found)
      }
      case 'RELEASED':
      case 'EXPIRED':
        return () => now
      default:
        throw inState(found, now.status, 'PENDING', 'release')
    }
  },

  extend(read, { reservationId, ttlMs }) {
    const { found, level } = mustBe(read, reservationId, 'PENDING', 'extend')
    return (write) => extend(write, level, found, ttlMs)
  },

  ship(read, { reservationId }) {
    const { found, level } = mustBe(read, reservationId, 'CONFIRMED', 'ship')
    return (write) => ship(write, level, found)
  },

  cancel(read, { reservationId }) {
    const { found, level } = mustBe(read, reservationId, 'CONFIRMED', 'cancel')
    return (write) => cancel(write, level, found)
  },

  fulfillAcrossWarehouses(read, command) {
    const { productId, qty, ttlMs, owner } = command
    const legs = split(read, command)
    return (write) => {
      const reservations = legs.map((leg) => {
        expire(write, leg.level, leg.expired)
        return hold(write, leg.level, leg.qty, ttlMs, owner ?? null)
      })
      const held = reservations.reduce((sum, leg) => sum + leg.qty, 0)
      assert(held === qty, `${qty - held} of ${qty} units of ${productId} were in no leg`)
      return { reservations }
    }
  },
}

/** Offers that a refusal names, the first ones: there may be a thousand, in each of a list's answers. */
const NAMED_OFFERS = 10

interface Leg {
  readonly level: Level
  readonly qty: number
  readonly expired: readonly Reservation[]
}

/** Takes units greedily, in the order that the strategy gave. @throws InsufficientStockError */
function split(read: Reading, command: CommandOf<'fulfillAcrossWarehouses'>): readonly Leg[] {
  const { productId, qty } = command
  const ranked = rank(read, command)
  const offered = ranked.reduce((sum, { available }) => sum + available, 0)
  if (offered < qty) {
    throw new InsufficientStockError(
      `need ${qty}, have ${offered} of ${shownId(productId)} in all warehouses asked`,
      { productId, requested: qty, available: offered, offers: ranked.slice(0, NAMED_OFFERS) },
    )
  }
  const legs: Leg[] = []
  let open = qty
  for (const { warehouseId, available } of ranked) {
    const units = Math.min(open, available)
    if (units === 0) continue
    const level = read.level(warehouseId, productId)!
    legs.push({ level, qty: units, expired: read.due(level, units - level.available) })
    open -= units
  }
  return legs
}

/** Each warehouse once, with what it can give; a strategy may leave warehouses out, not add any. */
function rank(read: Reading, command: CommandOf<'fulfillAcrossWarehouses'>): readonly Ranked[] {
  const { productId, qty, strategy: name = 'givenOrder' } = command
  const { sourcing } = read.rules
  const strategy = Object.hasOwn(sourcing, name) ? sourcing[name] : undefined
  if (strategy === undefined)
    throw invalid('strategy', `must be one of ${Object.keys(sourcing).join(', ')}`)
  const order = command.warehouseOrder ?? [...read.warehouses.keys()]
  for (const id of order) read.warehouse(id)
  // Frozen: a strategy that writes into an offer would promise what is not there.
  const offers = order.map((warehouseId) => {
    const level = read.level(warehouseId, productId)
    const available = level === null ? 0 : level.available + read.dueUnits(level)
    return Object.freeze({ warehouseId, available })
  })
  const ranked = strategy.rank(offers, { productId, qty })
  if (new Set(ranked).size !== ranked.length || !ranked.every((offer) => offers.includes(offer)))
    throw new PolicyFailedError(`the strategy ${name} made up an offer`, { strategy: name })
  return ranked
}

import { counted } from '../../model/counted.ts'
import {
  assert,
  InsufficientStockError,
  InvalidQtyError,
  PolicyFailedError,
} from '../../model/errors.ts'
import { shownId } from '../../model/id.ts'
import { invalid } from '../../model/limits.ts'
import { asOf, openOf, ReservationStatus, type Reservation } from '../../model/reservation.ts'
import type { Offer } from '../sourcing.ts'
import type { CommandOf } from '../../model/commands/commands.ts'
import type { RESERVATION_COMMANDS } from '../../model/commands/reservations.ts'
import type { Decisions, Effect, Reading } from '../decision.ts'
import {
  cancel,
  changeOwner,
  comeBack,
  expire,
  extend,
  free,
  giveBack,
  groupFor,
  hold,
  replacedBy,
  sell,
  sellAtOnce,
  ship,
  takeOver,
} from '../hold-moves.ts'
import type { Level } from '../level.ts'
import {
  inState,
  levelOf,
  mustBe,
  mustBeFew,
  mustBeOpen,
  mustFind,
  mustOffer,
  mustSell,
  mustStayExact,
  offered,
  type Found,
} from './refusals.ts'

const { PENDING, CONFIRMED, SHIPPED, RELEASED, EXPIRED } = ReservationStatus

export const RESERVATION_DECISIONS: Decisions<keyof typeof RESERVATION_COMMANDS> = {
  reserve(read, command) {
    if (command.replaces !== undefined) return replace(read, command, command.replaces)
    const { warehouseId, productId, qty, ttlMs, owner = null } = command
    mustSell(read, warehouseId)
    const offer = offered(read, warehouseId, productId, qty, { owner })
    if (offer instanceof InsufficientStockError) return offer
    const { level, expired } = offer
    return (write) => {
      expire(write, level, expired)
      return hold(write, level, {
        qty,
        expiresAt: write.now + ttlMs,
        owner,
        group: groupFor(write),
      })
    }
  },

  confirm(read, { reservationId, qty: asked, rest: wish, reacquire }) {
    const known = mustFind(read, reservationId)
    const { status } = asOf(known, read.now)
    if (reacquire === true && status === EXPIRED) return takeAgain(read, known, asked)
    const { found, level } = mustBe(read, reservationId, [PENDING], 'confirm')
    const qty = mustBeOpen(found, asked, 'confirm')
    const rest = openOf(found) - qty
    return (write) => {
      const sold = sell(write, level, found, qty)
      if (wish !== 'hold' || rest === 0) return sold
      const { expiresAt, owner } = found
      const group = groupFor(write, found)
      return { ...sold, rest: hold(write, level, { qty: rest, expiresAt, owner, group }) }
    }
  },

  release(read, { reservationId, qty: asked }) {
    const found = mustFind(read, reservationId)
    const now = asOf(found, read.now)
    switch (now.status) {
      case PENDING: {
        const level = levelOf(read, found)
        const qty = mustBeOpen(found, asked, 'release')
        return (write) => giveBack(write, level, found, qty, 'released')
      }
      case RELEASED:
      case EXPIRED:
        return () => now
      default:
        throw inState(found, now.status, PENDING, 'release')
    }
  },

  extend(read, { reservationId, ttlMs }) {
    const { found, level } = mustBe(read, reservationId, [PENDING], 'extend')
    return (write) => extend(write, level, found, ttlMs)
  },

  confirmAll(read, { of }) {
    const held = mustBeFew(read, of)
    return (write) => changed(held, ({ found, level }) => sell(write, level, found, openOf(found)))
  },

  extendAll(read, { of, ttlMs }) {
    const held = mustBeFew(read, of)
    return (write) => changed(held, ({ found, level }) => extend(write, level, found, ttlMs))
  },

  releaseAll(read, { of }) {
    const held = mustBeFew(read, of)
    return (write) =>
      changed(held, ({ found, level }) => giveBack(write, level, found, openOf(found), 'released'))
  },

  ship(read, { reservationId, qty: asked }) {
    const { found, level } = mustBe(read, reservationId, [CONFIRMED], 'ship')
    const qty = mustBeOpen(found, asked, 'ship')
    return (write) => ship(write, level, found, qty)
  },

  cancel(read, { reservationId, qty: asked }) {
    const { found, level } = mustBe(read, reservationId, [CONFIRMED], 'cancel')
    const qty = mustBeOpen(found, asked, 'cancel')
    return (write) => cancel(write, level, found, qty)
  },

  sell(read, { warehouseId, productId, qty, owner = null, ship: leaves }) {
    mustSell(read, warehouseId)
    const { level, expired } = mustOffer(read, warehouseId, productId, qty, { owner })
    return (write) => {
      expire(write, level, expired)
      const sold = sellAtOnce(write, level, { qty, owner, group: groupFor(write) })
      return leaves === true ? ship(write, level, sold, qty) : sold
    }
  },

  moveReservation(read, { reservationId, toWarehouseId }) {
    const found = mustFind(read, reservationId)
    mustSell(read, toWarehouseId)
    if (found.replacedBy !== null) {
      const { productId } = found
      const isSame = (made: Reservation) =>
        made.warehouseId === toWarehouseId &&
        made.productId === productId &&
        found.warehouseId !== toWarehouseId
      return again(read, found, 'move', [PENDING, CONFIRMED, SHIPPED], isSame)
    }
    const { level } = mustBe(read, reservationId, [PENDING, CONFIRMED], 'move')
    if (found.warehouseId === toWarehouseId)
      throw invalid('toWarehouseId', 'must be another warehouse')
    const { level: to, expired } = mustOffer(read, toWarehouseId, found.productId, openOf(found))
    return (write) => {
      const freed = free(write, level, found)
      expire(write, to, expired)
      const made = takeOver(write, to, found)
      replacedBy(write, level, freed, made.id)
      return made
    }
  },

  changeOwner(read, { reservationId, owner }) {
    const { found, level } = mustBe(
      read,
      reservationId,
      [PENDING, CONFIRMED],
      'change the owner of',
    )
    if (found.owner === owner) return () => found
    return (write) => changeOwner(write, level, found, owner)
  },

  returnGoods(read, { reservationId, qty, into, reason }) {
    const known = mustFind(read, reservationId)
    read.warehouse(known.warehouseId)
    const { found, level } = mustBe(read, reservationId, [SHIPPED, CONFIRMED], 'return goods of')
    const away = found.shipped - found.cameBack
    if (qty > away) {
      throw new InvalidQtyError(
        `cannot take back ${counted(qty, 'unit')}: only ${counted(away, 'is', 'are')} out`,
        {
          reservationId,
          requested: qty,
          open: away,
        },
      )
    }
    mustStayExact(read, found.warehouseId, qty)
    return (write) => {
      const returned = comeBack(write, level, found, qty, reason === undefined ? {} : { reason })
      if (into === 'available') write.append('PUT_BACK', level, qty, {})
      return returned
    }
  },

  fulfillAcrossWarehouses(read, command) {
    const { productId, qty, ttlMs, owner = null } = command
    const legs = split(read, command)
    return (write) => {
      const group = groupFor(write) ?? write.newGroup()
      const expiresAt = write.now + ttlMs
      const reservations = legs.map((leg) => {
        expire(write, leg.level, leg.expired)
        return hold(write, leg.level, { qty: leg.qty, expiresAt, owner, group })
      })
      const held = reservations.reduce((sum, leg) => sum + leg.qty, 0)
      assert(held === qty, () => `need ${qty} of ${productId}, and the legs have ${held}`)
      return { reservations }
    }
  },
}

/** Each of them changed, in their order. */
function changed(
  held: readonly Found[],
  change: (one: Found) => Reservation,
): { readonly reservations: readonly Reservation[] } {
  return { reservations: held.map(change) }
}

/** A hold that replaces another one and can use its units. */
function replace(
  read: Reading,
  command: CommandOf<'reserve'>,
  replaces: string,
): Effect<Reservation> {
  const { warehouseId, productId, qty, ttlMs, owner = null } = command
  mustSell(read, warehouseId)
  const found = mustFind(read, replaces)
  const { status } = asOf(found, read.now)
  if (found.replacedBy !== null) {
    return again(read, found, 'replace', [PENDING], (made) => {
      const isThere = made.warehouseId === warehouseId && made.productId === productId
      return isThere && made.owner === owner && made.qty === qty && openOf(made) === qty
    })
  }
  if (status !== PENDING && status !== RELEASED && status !== EXPIRED)
    throw inState(found, status, PENDING, 'replace')
  const before = levelOf(read, found)
  const offer = mustOffer(read, warehouseId, productId, qty, { frees: found, owner })
  return (write) => {
    const freed = free(write, before, found)
    expire(write, offer.level, offer.expired)
    const group = groupFor(write, found)
    const wanted = { qty, expiresAt: write.now + ttlMs, owner, group, replaces: found }
    const made = hold(write, offer.level, wanted)
    replacedBy(write, before, freed, made.id)
    return made
  }
}

/** An expired hold takes available units again and sells them. */
function takeAgain(
  read: Reading,
  found: Reservation,
  asked: number | undefined,
): Effect<Reservation> {
  const { warehouseId, productId, owner } = found
  const qty = asked ?? found.qty
  if (found.replacedBy !== null)
    return again(read, found, 'confirm', [CONFIRMED, SHIPPED], (made) => {
      // What was sold at once never had time to expire: unlike a changed cart that was sold later.
      return made.qty === qty && made.expiresAt === made.createdAt
    })
  mustSell(read, warehouseId)
  if (qty > found.qty) {
    throw new InvalidQtyError(`cannot confirm ${qty} of a reservation of ${found.qty}`, {
      reservationId: found.id,
      requested: qty,
      open: found.qty,
    })
  }
  const { level, expired } = mustOffer(read, warehouseId, productId, qty, { frees: found, owner })
  return (write) => {
    const freed = free(write, level, found)
    expire(write, level, expired)
    const group = groupFor(write, found)
    const made = sellAtOnce(write, level, { qty, owner, group, replaces: found })
    replacedBy(write, level, freed, made.id)
    return made
  }
}

/**
 * Returns the reservation that replaced this one, if it is in one of these states and the request is the same.
 * @throws InvalidReservationStateError
 */
function again(
  read: Reading,
  found: Reservation,
  verb: string,
  states: readonly ReservationStatus[],
  isSame: (made: Reservation) => boolean,
): Effect<Reservation> {
  const made = asOf(read.reservation(found.replacedBy!)!, read.now)
  if (!states.includes(made.status) || !isSame(made))
    throw inState(found, asOf(found, read.now).status, PENDING, verb)
  return () => made
}

/** The most offers in a refusal: there may be a thousand, in each of a list's answers. */
const NAMED_OFFERS = 10

interface Leg {
  readonly level: Level
  readonly qty: number
  readonly expired: readonly Reservation[]
}

/** Takes units greedily, in the strategy's order. @throws InsufficientStockError */
function split(read: Reading, command: CommandOf<'fulfillAcrossWarehouses'>): readonly Leg[] {
  const { productId, qty } = command
  const ranked = rank(read, command)
  const offered = ranked.reduce((sum, { available }) => sum + available, 0)
  if (offered < qty) {
    throw new InsufficientStockError(
      `need ${qty}, have ${offered} of ${shownId(productId)} in all requested warehouses`,
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

/** Each warehouse once, with what it can give. A strategy may leave warehouses out, but not add any. */
function rank(read: Reading, command: CommandOf<'fulfillAcrossWarehouses'>): readonly Offer[] {
  const { productId, qty, strategy: name = 'givenOrder' } = command
  const { sourcing } = read.rules
  const strategy = Object.hasOwn(sourcing, name) ? sourcing[name] : undefined
  if (strategy === undefined)
    throw invalid('strategy', `must be one of ${Object.keys(sourcing).join(', ')}`)
  const asked = command.warehouseOrder
  for (const id of asked ?? []) read.warehouse(id)
  const all = asked ?? [...read.warehouses.keys()].filter((id) => !read.warehouses.get(id)!.closed)
  const order = all.filter((id) => read.warehouse(id).sells)
  // Frozen: a strategy that changed an offer would promise units that do not exist.
  const offers = order.map((warehouseId) => {
    const level = read.level(warehouseId, productId)
    const available = level === null ? 0 : level.available + read.dueUnits(level)
    return Object.freeze({ warehouseId, available })
  })
  const ranked = strategy.rank(offers, { productId, qty })
  if (new Set(ranked).size !== ranked.length || !ranked.every((offer) => offers.includes(offer)))
    throw new PolicyFailedError(`the strategy ${name} made up an offer`, { policy: name })
  return ranked
}

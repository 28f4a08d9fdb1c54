import { command } from './command.ts'
import {
  described,
  oneOf,
  optional,
  owner,
  productId,
  qty,
  reacquire,
  reason,
  reservationId,
  ship,
  strategy,
  ttlMs,
  warehouseId,
  warehouseOrder,
} from './field.ts'
import { INTO } from './stock.ts'

const part = optional(qty, 'only this many; default: all that are open')

/** What becomes of held units that are not sold. */
export const REST = { release: 'release', hold: 'hold' } as const

export const RESERVATION_COMMANDS = {
  /**
   * Holds available units for a cart, until `ttlMs` from now. If there are too few, the details of
   * INSUFFICIENT_STOCK say how many there are, when the next hold expires, and how many of those held are the owner's
   * own.
   *
   * With `replaces`, the hold comes in the place of another one, whose units are free for it: a larger quantity, a
   * smaller one, another product or warehouse. A second time, for the same owner, level and quantity, it answers the
   * hold that it made, as long as that counts; otherwise it is refused with `details.replacedBy`.
   * @example
   * const hold = await inventory.reserve({ ...mug, qty: 2, ttlMs: 15 * 60_000, owner: 'cart-1' })
   */
  reserve: command({
    summary: 'Hold units for a while',
    resource: 'reservations',
    action: null,
    role: 'shop',
    fields: {
      warehouseId,
      productId,
      qty,
      ttlMs,
      owner: optional(owner),
      replaces: optional(described(reservationId, 'the hold in whose place this one comes')),
    },
    answers: 'reservation',
    effect: 'available → held',
    refusals: [
      'WAREHOUSE_NOT_FOUND',
      'WAREHOUSE_NOT_SELLING',
      'RESERVATION_NOT_FOUND',
      'INVALID_RESERVATION_STATE',
      'INSUFFICIENT_STOCK',
    ],
    writes: ['RESERVED', 'RETURNED'],
    entries: 'two if it replaces',
    shell: 'reserve -w SF -p LAPTOP -q 3 --ttl-ms 15m --owner cart-17',
  }),
  /**
   * Sells what is held, or a part of it: the rest goes back, or with `rest: 'hold'` stays held under an id of its own,
   * which the answer names as `rest`. It cannot fail for stock. More than is held is INVALID_QTY.
   *
   * An expired hold is refused with INVALID_RESERVATION_STATE. With `reacquire: true` it takes as many available units
   * anew (`qty`, or all that the hold was of), and sells them under a new id; the old record says `replacedBy`. If too
   * few are left, it is refused with INSUFFICIENT_STOCK: pay back. A second time it answers the same sale.
   * @example
   * await inventory.confirm({ reservationId: hold.id, idempotencyKey: 'order-4711' })
   */
  confirm: command({
    summary: 'Sell what is held, or a part of it',
    resource: 'reservations',
    action: 'confirm',
    role: 'shop',
    fields: {
      reservationId,
      qty: optional(qty, 'only this many; the rest becomes available again'),
      rest: optional(
        oneOf(REST, 'what becomes of the rest: release, or hold; default: release', '<what>'),
      ),
      reacquire: optional(reacquire),
    },
    answers: 'sale',
    effect: 'held → allocated; the rest → available',
    refusals: [
      'RESERVATION_NOT_FOUND',
      'WAREHOUSE_NOT_FOUND',
      'WAREHOUSE_NOT_SELLING',
      'INVALID_RESERVATION_STATE',
      'INVALID_QTY',
      'INSUFFICIENT_STOCK',
    ],
    writes: ['SOLD', 'RETURNED', 'RESERVED'],
    entries: 3,
    from: ['PENDING', 'EXPIRED'],
  }),
  /**
   * Gives a live hold a new time to live, from now. An expired one does not come back to life.
   * @example
   * await inventory.extend({ reservationId: hold.id, ttlMs: 5 * 60_000 })
   */
  extend: command({
    summary: 'Hold for longer, from now on',
    resource: 'reservations',
    action: 'extend',
    role: 'shop',
    fields: { reservationId, ttlMs },
    answers: 'reservation',
    effect: 'expires `ttlMs` from now',
    refusals: ['RESERVATION_NOT_FOUND', 'INVALID_RESERVATION_STATE'],
    writes: ['EXTENDED'],
    from: ['PENDING'],
  }),
  /**
   * Gives back what is held, or `qty` of it. When nothing is held any more, or after expiry, it changes nothing and
   * answers the reservation as it is; once it is sold it is refused. More than is held is INVALID_QTY.
   * @example
   * await inventory.release({ reservationId: hold.id })
   */
  release: command({
    summary: 'Give back what is held',
    resource: 'reservations',
    action: 'release',
    role: 'shop',
    fields: { reservationId, qty: part },
    answers: 'reservation',
    effect: 'held → available',
    refusals: ['RESERVATION_NOT_FOUND', 'INVALID_RESERVATION_STATE', 'INVALID_QTY'],
    writes: ['RETURNED'],
    from: ['PENDING'],
  }),
  /**
   * Ships sold units, or `qty` of them: they leave the building. What is left stays sold, for another parcel. More than
   * is open is INVALID_QTY.
   * @example
   * await inventory.ship({ reservationId: hold.id })
   */
  ship: command({
    summary: 'Ship sold units: they leave the building',
    resource: 'reservations',
    action: 'ship',
    role: 'operator',
    fields: { reservationId, qty: part },
    answers: 'reservation',
    effect: 'allocated → outside',
    refusals: ['RESERVATION_NOT_FOUND', 'INVALID_RESERVATION_STATE', 'INVALID_QTY'],
    writes: ['SHIPPED'],
    from: ['CONFIRMED'],
  }),
  /**
   * Undoes a sale that was not shipped, or `qty` units of it. More than is open is INVALID_QTY.
   * @example
   * await inventory.cancel({ reservationId: hold.id })
   */
  cancel: command({
    summary: 'Undo a sale that was not shipped',
    resource: 'reservations',
    action: 'cancel',
    role: 'operator',
    fields: { reservationId, qty: part },
    answers: 'reservation',
    effect: 'allocated → available',
    refusals: ['RESERVATION_NOT_FOUND', 'INVALID_RESERVATION_STATE', 'INVALID_QTY'],
    writes: ['CANCELLED'],
    from: ['CONFIRMED'],
  }),
  /**
   * Sells available units in one step: at a till, in a migration, for an order that was paid elsewhere. With
   * `ship: true` they leave the building at once.
   * @example
   * const sale = await inventory.sell({ ...mug, qty: 1, owner: 'till-2', ship: true })
   */
  sell: command({
    summary: 'Sell available units in one step',
    resource: 'reservations',
    action: 'sell',
    role: 'operator',
    fields: { warehouseId, productId, qty, owner: optional(owner), ship: optional(ship) },
    answers: 'reservation',
    effect: 'available → held → allocated, or outside',
    refusals: ['WAREHOUSE_NOT_FOUND', 'WAREHOUSE_NOT_SELLING', 'INSUFFICIENT_STOCK'],
    writes: ['RESERVED', 'SOLD', 'SHIPPED'],
    entries: 3,
    shell: 'sell -w SF -p LAPTOP -q 1 --ship',
  }),
  /**
   * Moves the open units of a reservation to another warehouse, in their state: a hold stays a hold until the same
   * time, what is sold stays sold. The units of the other warehouse are taken; no goods move. It makes a new id, and the
   * old record says `replacedBy`. A second time it answers that one, unless it ended without being shipped.
   * @example
   * const elsewhere = await inventory.moveReservation({ reservationId: hold.id, toWarehouseId: 'NYC' })
   */
  moveReservation: command({
    summary: 'Serve a reservation from another warehouse, in its state',
    resource: 'reservations',
    action: 'move',
    role: 'operator',
    fields: {
      reservationId,
      toWarehouseId: { ...described(warehouseId, 'which serves it'), flag: { value: '<id>' } },
    },
    answers: 'reservation',
    effect: 'frees units here, and takes as many there',
    refusals: [
      'RESERVATION_NOT_FOUND',
      'WAREHOUSE_NOT_FOUND',
      'WAREHOUSE_NOT_SELLING',
      'INVALID_RESERVATION_STATE',
      'INSUFFICIENT_STOCK',
    ],
    writes: ['RETURNED', 'CANCELLED', 'RESERVED', 'SOLD'],
    entries: 3,
    from: ['PENDING', 'CONFIRMED'],
  }),
  /**
   * Gives a reservation to another owner: a guest's cart becomes a customer's. No unit moves, and it expires when it
   * did.
   * @example
   * await inventory.changeOwner({ reservationId: hold.id, owner: 'customer-7' })
   */
  changeOwner: command({
    summary: 'Give a reservation to another owner',
    resource: 'reservations',
    action: 'change-owner',
    role: 'shop',
    fields: { reservationId, owner },
    answers: 'reservation',
    effect: 'no unit moves',
    refusals: ['RESERVATION_NOT_FOUND', 'INVALID_RESERVATION_STATE'],
    writes: ['OWNER_CHANGED'],
    from: ['PENDING', 'CONFIRMED'],
  }),
  /**
   * Takes back shipped units that a customer returned: into unsellable, until somebody has looked at them, or with
   * `into: 'available'` back on the shelf. More than was shipped and has not come back is INVALID_QTY.
   * @example
   * await inventory.returnGoods({ reservationId: hold.id, qty: 1, reason: 'WRONG SIZE' })
   */
  returnGoods: command({
    summary: 'Take back shipped units that a customer returned',
    resource: 'reservations',
    action: 'return-goods',
    role: 'operator',
    fields: {
      reservationId,
      qty,
      into: optional(oneOf(INTO, 'where they go; default: unsellable', '<bucket>')),
      reason: optional(reason),
    },
    answers: 'reservation',
    effect: 'outside → unsellable, or available',
    refusals: [
      'RESERVATION_NOT_FOUND',
      'WAREHOUSE_NOT_FOUND',
      'INVALID_RESERVATION_STATE',
      'INVALID_QTY',
      'CAPACITY_EXCEEDED',
    ],
    writes: ['CAME_BACK', 'PUT_BACK'],
    entries: 2,
    from: ['CONFIRMED', 'SHIPPED'],
  }),
  /**
   * Holds one order's units in several warehouses, in one step: the legs sum to `qty`, or nothing is held.
   * Warehouses that do not sell are left out. A strategy of the shop that throws, or makes an offer up, refuses it with
   * POLICY_FAILED. The legs share a group: the command's, or one that is made.
   * @example
   * const order = { productId: 'MUG', qty: 12, ttlMs: 60_000 }
   * const { reservations } = await inventory.fulfillAcrossWarehouses({ ...order, strategy: 'mostStockFirst' })
   */
  fulfillAcrossWarehouses: command({
    summary: 'Hold units in several warehouses together, or nothing',
    resource: 'reservations',
    action: 'across-warehouses',
    role: 'operator',
    fields: {
      productId,
      qty,
      ttlMs,
      warehouseOrder: optional(warehouseOrder),
      strategy: optional(strategy),
      owner: optional(owner),
    },
    answers: 'legs',
    effect: 'available → held in several levels',
    refusals: ['WAREHOUSE_NOT_FOUND', 'POLICY_FAILED', 'INSUFFICIENT_STOCK'],
    writes: ['RESERVED'],
    entries: 'a leg each',
  }),
}

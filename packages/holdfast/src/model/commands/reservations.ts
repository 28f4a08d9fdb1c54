import { command } from './command.ts'
import { oneOf, reacquire, ship } from './fields/choices.ts'
import { described, optional } from './fields/field.ts'
import { holder } from './fields/holder.ts'
import { productId, reservationId, warehouseId, warehouseOrder } from './fields/ids.ts'
import { qty, ttlMs } from './fields/numbers.ts'
import { owner, reason, strategy } from './fields/text.ts'
import { INTO } from './stock.ts'

const part = optional(qty, 'only this many; default: all that are open')

/** What happens to held units that are not sold. */
const REST = { release: 'release', hold: 'hold' } as const

export const RESERVATION_COMMANDS = {
  /**
   * Holds available units for a cart, for `ttlMs` from now. If too few are available, the details of
   * INSUFFICIENT_STOCK give the number available, when the next hold expires, and how many of the held units belong
   * to this owner.
   *
   * With `replaces`, the new hold replaces another one, whose units it may use. Quantity, product and warehouse may
   * all differ. Repeated for the same owner, level and quantity, it answers the hold made the first time, while that
   * one is live; otherwise it is refused with `details.replacedBy`.
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
      replaces: optional(described(reservationId, 'the hold that this one replaces')),
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
   * Sells a hold, or part of it. The rest becomes available again; with `rest: 'hold'` it stays held under a new id,
   * `rest` in the answer. It cannot fail for lack of stock. More than is held is INVALID_QTY.
   *
   * An expired hold is refused with INVALID_RESERVATION_STATE. With `reacquire: true` it takes available units again
   * (`qty`, or all of the hold) and sells them under a new id, `replacedBy` in the old record. If too few are left, it
   * is refused with INSUFFICIENT_STOCK: refund the customer. Repeated for the same quantity, it answers the same sale.
   * @example
   * await inventory.confirm({ reservationId: hold.id, idempotencyKey: 'order-4711' })
   */
  confirm: command({
    summary: 'Sell what is held, or part of it',
    resource: 'reservations',
    action: 'confirm',
    role: 'shop',
    fields: {
      reservationId,
      qty: optional(qty, 'only this many; the rest becomes available again'),
      rest: optional(
        oneOf(REST, 'what happens to the rest: release, or hold; default: release', '<what>'),
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
   * Gives a live hold a new time to live, from now. An expired hold cannot be extended.
   * @example
   * await inventory.extend({ reservationId: hold.id, ttlMs: 5 * 60_000 })
   */
  extend: command({
    summary: 'Hold for longer, starting now',
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
   * Releases a hold, or `qty` of it. If nothing is held any more, or it has expired, nothing changes and it answers the
   * reservation; a sold one is refused. More than is held is INVALID_QTY.
   * @example
   * await inventory.release({ reservationId: hold.id })
   */
  release: command({
    summary: 'Release what is held',
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
   * Sells all holds of an owner or a group, each as a whole: a cart at its checkout. Leaves out those that have expired;
   * answers an empty list if there are none. Finds the holds as they are at the command's place in the trail. More than
   * 1,000 are refused with TOO_MANY, and none is sold.
   * @example
   * const { reservations } = await inventory.confirmAll({ of: { owner: 'cart-1' }, group: 'order-4711' })
   */
  confirmAll: command({
    summary: 'Sell all that is held for an owner or a group',
    resource: 'reservations',
    action: 'confirm-all',
    role: 'shop',
    fields: { of: holder },
    answers: 'changed',
    effect: 'held → allocated',
    refusals: ['TOO_MANY'],
    writes: ['SOLD'],
    entries: 'one for each hold',
    from: ['PENDING'],
    shell: 'confirm-all --of owner:cart-17',
  }),
  /**
   * Gives all holds of an owner or a group a new time to live, starting now; otherwise like `confirmAll`.
   * @example
   * await inventory.extendAll({ of: { owner: 'cart-1' }, ttlMs: 15 * 60_000 })
   */
  extendAll: command({
    summary: 'Hold for longer, starting now, all that an owner or a group holds',
    resource: 'reservations',
    action: 'extend-all',
    role: 'shop',
    fields: { of: holder, ttlMs },
    answers: 'changed',
    effect: 'expire `ttlMs` from now',
    refusals: ['TOO_MANY'],
    writes: ['EXTENDED'],
    entries: 'one for each hold',
    from: ['PENDING'],
    shell: 'extend-all --of owner:cart-17 --ttl-ms 15m',
  }),
  /**
   * Releases all holds of an owner or a group; otherwise like `confirmAll`.
   * @example
   * await inventory.releaseAll({ of: { group: 'order-4711' } })
   */
  releaseAll: command({
    summary: 'Release all that is held for an owner or a group',
    resource: 'reservations',
    action: 'release-all',
    role: 'shop',
    fields: { of: holder },
    answers: 'changed',
    effect: 'held → available',
    refusals: ['TOO_MANY'],
    writes: ['RETURNED'],
    entries: 'one for each hold',
    from: ['PENDING'],
    shell: 'release-all --of owner:cart-17',
  }),
  /**
   * Ships sold units, or `qty` of them: they leave the building. The rest stays sold, for another parcel. More than is
   * open is INVALID_QTY.
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
   * Sells available units in one step: at a till, in a migration, or for an order paid elsewhere. With `ship: true`
   * they leave the building immediately.
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
   * Moves the open units of a reservation to another warehouse, in their state: a hold keeps its expiry time, sold
   * units stay sold. It takes units of the other warehouse; no goods move. It makes a new id, `replacedBy` in the old
   * record. Repeated, it answers the new reservation, unless that one ended without being shipped.
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
      toWarehouseId: {
        ...described(warehouseId, 'where to serve it from'),
        flag: { value: '<id>' },
      },
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
   * Gives a reservation to another owner, as when a guest logs in. No units move, and the expiry time stays.
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
   * Takes back shipped units that a customer returned: as unsellable until inspected, or with `into: 'available'` onto
   * the shelf. More than was shipped and not yet returned is INVALID_QTY.
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
   * Holds one order's units in several warehouses, in one step: either the legs add up to `qty`, or nothing is held.
   * Warehouses that do not sell are skipped. If a strategy of the shop throws, or names units that were not offered,
   * it is refused with POLICY_FAILED. The legs share a group: the command's, or a new one.
   * @example
   * const order = { productId: 'MUG', qty: 12, ttlMs: 60_000 }
   * const { reservations } = await inventory.fulfillAcrossWarehouses({ ...order, strategy: 'mostStockFirst' })
   */
  fulfillAcrossWarehouses: command({
    summary: 'Hold units in several warehouses together, or none at all',
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

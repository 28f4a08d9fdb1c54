import { command } from './command.ts'
import {
  optional,
  owner,
  productId,
  qty,
  reservationId,
  strategy,
  ttlMs,
  warehouseId,
  warehouseOrder,
} from './field.ts'

export const RESERVATION_COMMANDS = {
  /**
   * Holds available units for a cart, until `ttlMs` from now. If there are too few, the details of
   * INSUFFICIENT_STOCK say how many there are, and when the next hold expires.
   * @example
   * const hold = await inventory.reserve({ ...mug, qty: 2, ttlMs: 15 * 60_000, owner: 'cart-1' })
   */
  reserve: command({
    summary: 'Hold units for a while',
    resource: 'reservations',
    action: null,
    role: 'shop',
    fields: { warehouseId, productId, qty, ttlMs, owner: optional(owner) },
    answers: 'reservation',
    effect: 'available → held',
    refusals: ['WAREHOUSE_NOT_FOUND', 'INSUFFICIENT_STOCK'],
    writes: ['RESERVED'],
    shell: 'reserve -w SF -p LAPTOP -q 3 --ttl-ms 15m --owner cart-17',
  }),
  /**
   * Sells what is held, or a part of it: the rest goes back. It cannot fail for stock. An expired hold is
   * refused with INVALID_RESERVATION_STATE, more than is held with INVALID_QTY.
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
    },
    answers: 'reservation',
    effect: 'held → allocated; the rest → available',
    refusals: ['RESERVATION_NOT_FOUND', 'INVALID_RESERVATION_STATE', 'INVALID_QTY'],
    writes: ['SOLD', 'RETURNED'],
    entries: 2,
    from: ['PENDING'],
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
   * Gives back what is held. A second time, or after expiry, it changes nothing and answers the reservation
   * as it is; once it is sold it is refused.
   * @example
   * await inventory.release({ reservationId: hold.id })
   */
  release: command({
    summary: 'Give back what is held',
    resource: 'reservations',
    action: 'release',
    role: 'shop',
    fields: { reservationId },
    answers: 'reservation',
    effect: 'held → available',
    refusals: ['RESERVATION_NOT_FOUND', 'INVALID_RESERVATION_STATE'],
    writes: ['RETURNED'],
    from: ['PENDING'],
  }),
  /**
   * Ships sold units: they leave the building.
   * @example
   * await inventory.ship({ reservationId: hold.id })
   */
  ship: command({
    summary: 'Ship sold units: they leave the building',
    resource: 'reservations',
    action: 'ship',
    role: 'operator',
    fields: { reservationId },
    answers: 'reservation',
    effect: 'allocated → outside',
    refusals: ['RESERVATION_NOT_FOUND', 'INVALID_RESERVATION_STATE'],
    writes: ['SHIPPED'],
    from: ['CONFIRMED'],
  }),
  /**
   * Undoes a sale that was not shipped.
   * @example
   * await inventory.cancel({ reservationId: hold.id })
   */
  cancel: command({
    summary: 'Undo a sale that was not shipped',
    resource: 'reservations',
    action: 'cancel',
    role: 'operator',
    fields: { reservationId },
    answers: 'reservation',
    effect: 'allocated → available',
    refusals: ['RESERVATION_NOT_FOUND', 'INVALID_RESERVATION_STATE'],
    writes: ['CANCELLED'],
    from: ['CONFIRMED'],
  }),
  /**
   * Holds one order's units in several warehouses, in one step: the legs sum to `qty`, or nothing is held.
   * A strategy of the shop that throws, or makes an offer up, refuses it with POLICY_FAILED.
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

import { command } from './command.ts'
import {
  asOf,
  described,
  expected,
  ifSeq,
  oneOf,
  onHand,
  onlyIfChanged,
  optional,
  productId,
  qty,
  reason,
  source,
  unsellable,
  warehouseId,
} from './field.ts'

const unchangedSince = optional(ifSeq)

/** Where units that come in go. */
export const INTO = { available: 'available', unsellable: 'unsellable' } as const

export const STOCK_COMMANDS = {
  /**
   * Takes units in from outside: a delivery, a customer's return. `into: 'unsellable'` puts them aside at once.
   * @example
   * const { available } = await inventory.addStock({ ...mug, qty: 10, source: 'SUPPLIER' })
   */
  addStock: command({
    summary: 'Take units in: a delivery, a return',
    resource: 'stock',
    action: 'add',
    role: 'operator',
    fields: {
      warehouseId,
      productId,
      qty,
      source,
      into: optional(oneOf(INTO, 'where they go; default: available', '<bucket>')),
      ifSeq: unchangedSince,
    },
    answers: 'level',
    effect: 'outside → available, or unsellable',
    refusals: ['WAREHOUSE_NOT_FOUND', 'STOCK_CHANGED', 'CAPACITY_EXCEEDED'],
    writes: ['RECEIVED', 'RECEIVED_ASIDE'],
    shell: 'add-stock -w SF -p LAPTOP -q 10 --source SUPPLIER',
  }),
  /**
   * Writes available units off: they leave the building unsold. The reason `DAMAGED` writes a DAMAGED entry,
   * any other a REMOVED one. Where too few are available, `details.reservations` names ten of those in the way.
   * @example
   * await inventory.removeStock({ ...mug, qty: 1, reason: 'DAMAGED', actor: 'ann' })
   */
  removeStock: command({
    summary: 'Write units off',
    resource: 'stock',
    action: 'remove',
    role: 'operator',
    fields: {
      warehouseId,
      productId,
      qty,
      reason: described(reason, 'why; DAMAGED stands as such in the trail'),
      ifSeq: unchangedSince,
    },
    answers: 'level',
    effect: 'available → outside',
    refusals: ['WAREHOUSE_NOT_FOUND', 'STOCK_CHANGED', 'INSUFFICIENT_STOCK'],
    writes: ['DAMAGED', 'REMOVED'],
  }),
  /**
   * Makes what a person counted on the shelf the truth, reserved and unsellable units included; the difference goes to
   * available. With `unsellable`, that many of them may not be sold. Less than what is reserved is refused with
   * INSUFFICIENT_STOCK (`details.reservations` names ten of those in the way), more than 2^53 − 1 with CAPACITY_EXCEEDED.
   *
   * Goods move between counting and typing in. With `asOf`, the seq or the time at which somebody counted, or with
   * `expected`, what the sheet said then, the difference from that is written, and what moved since stays. An `asOf`
   * beyond the newest entry is INVALID_INPUT.
   * @example
   * await inventory.countStock({ ...mug, onHand: 8, reason: 'STOCKTAKE' })
   */
  countStock: command({
    summary: 'Make what was counted on the shelf the truth',
    resource: 'stock',
    action: 'count',
    role: 'operator',
    fields: {
      warehouseId,
      productId,
      onHand,
      unsellable: optional(unsellable),
      expected: optional(expected),
      asOf: optional(asOf),
      onlyIfChanged: optional(onlyIfChanged),
      reason: optional(reason, 'why it was counted'),
      ifSeq: unchangedSince,
    },
    answers: 'level',
    effect: 'corrects available, and unsellable',
    refusals: ['WAREHOUSE_NOT_FOUND', 'STOCK_CHANGED', 'INSUFFICIENT_STOCK', 'CAPACITY_EXCEEDED'],
    writes: ['COUNTED', 'COUNTED_ASIDE'],
    entries: 2,
  }),
  /**
   * Sets available units aside: they stay in the building, and nobody is offered them. Why stands in the reason:
   * damaged, quarantined, a sample.
   * @example
   * const { unsellable } = await inventory.setAside({ ...mug, qty: 2, reason: 'QUARANTINE' })
   */
  setAside: command({
    summary: 'Set units aside: they may not be sold',
    resource: 'stock',
    action: 'set-aside',
    role: 'operator',
    fields: { warehouseId, productId, qty, reason, ifSeq: unchangedSince },
    answers: 'level',
    effect: 'available → unsellable',
    refusals: ['WAREHOUSE_NOT_FOUND', 'STOCK_CHANGED', 'INSUFFICIENT_STOCK'],
    writes: ['SET_ASIDE'],
    shell: 'set-aside -w SF -p LAPTOP -q 2 --reason QUARANTINE',
  }),
  /**
   * Puts units that were set aside back on the shelf: they may be sold.
   * @example
   * await inventory.putBack({ ...mug, qty: 1, reason: 'CHECKED' })
   */
  putBack: command({
    summary: 'Put units that were set aside back on the shelf',
    resource: 'stock',
    action: 'put-back',
    role: 'operator',
    fields: {
      warehouseId,
      productId,
      qty,
      reason: optional(reason),
      ifSeq: unchangedSince,
    },
    answers: 'level',
    effect: 'unsellable → available',
    refusals: ['WAREHOUSE_NOT_FOUND', 'STOCK_CHANGED', 'INSUFFICIENT_STOCK'],
    writes: ['PUT_BACK'],
  }),
  /**
   * Writes off units that were set aside: they leave the building.
   * @example
   * await inventory.writeOff({ ...mug, qty: 1, reason: 'DAMAGED' })
   */
  writeOff: command({
    summary: 'Write off units that were set aside',
    resource: 'stock',
    action: 'write-off',
    role: 'operator',
    fields: { warehouseId, productId, qty, reason, ifSeq: unchangedSince },
    answers: 'level',
    effect: 'unsellable → outside',
    refusals: ['WAREHOUSE_NOT_FOUND', 'STOCK_CHANGED', 'INSUFFICIENT_STOCK'],
    writes: ['WRITTEN_OFF'],
  }),
}

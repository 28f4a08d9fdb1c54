import { command } from './command.ts'
import {
  described,
  onHand,
  optional,
  productId,
  qty,
  reason,
  source,
  warehouseId,
} from './field.ts'

export const STOCK_COMMANDS = {
  /**
   * Takes units in from outside: a delivery, a customer's return.
   * @example
   * const { available } = await inventory.addStock({ ...mug, qty: 10, source: 'SUPPLIER' })
   */
  addStock: command({
    summary: 'Take units in: a delivery, a return',
    resource: 'stock',
    action: 'add',
    role: 'operator',
    fields: { warehouseId, productId, qty, source },
    answers: 'level',
    effect: 'outside → available',
    refusals: ['WAREHOUSE_NOT_FOUND', 'CAPACITY_EXCEEDED'],
    writes: ['RECEIVED'],
    shell: 'add-stock -w SF -p LAPTOP -q 10 --source SUPPLIER',
  }),
  /**
   * Writes available units off: they leave the building unsold. The reason `DAMAGED` writes a DAMAGED entry,
   * any other a REMOVED one.
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
    },
    answers: 'level',
    effect: 'available → outside',
    refusals: ['WAREHOUSE_NOT_FOUND', 'INSUFFICIENT_STOCK'],
    writes: ['DAMAGED', 'REMOVED'],
  }),
  /**
   * Makes what a person counted on the shelf the truth, reserved units included; the difference goes to
   * available. Less than what is reserved is refused with INSUFFICIENT_STOCK (`details.reservations` names
   * ten of those in the way), more than 2^53 − 1 with CAPACITY_EXCEEDED.
   * @example
   * await inventory.countStock({ ...mug, onHand: 8, reason: 'STOCKTAKE' })
   */
  countStock: command({
    summary: 'Make what was counted on the shelf the truth',
    resource: 'stock',
    action: 'count',
    role: 'operator',
    fields: { warehouseId, productId, onHand, reason: optional(reason, 'why it was counted') },
    answers: 'level',
    effect: 'corrects available',
    refusals: ['WAREHOUSE_NOT_FOUND', 'INSUFFICIENT_STOCK', 'CAPACITY_EXCEEDED'],
    writes: ['COUNTED'],
  }),
}

import { command } from './command.ts'
import { asOf } from './fields/as-of.ts'
import { oneOf, onlyIfChanged } from './fields/choices.ts'
import { described, optional } from './fields/field.ts'
import { productId, warehouseId } from './fields/ids.ts'
import { expected, ifSeq, onHand, qty, unsellable } from './fields/numbers.ts'
import { reason, source } from './fields/text.ts'

const unchangedSince = optional(ifSeq)

/** Where incoming units go. */
export const INTO = { available: 'available', unsellable: 'unsellable' } as const

export const STOCK_COMMANDS = {
  /**
   * Takes in units from outside: a delivery, opening stock. `into: 'unsellable'` sets them aside immediately. For goods of
   * a sale that come back, see `returnGoods`.
   * @example
   * const { available } = await inventory.addStock({ ...mug, qty: 10, source: 'SUPPLIER' })
   */
  addStock: command({
    summary: 'Take in units: a delivery, opening stock',
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
   * Removes available units: they leave the building unsold. The reason `DAMAGED` writes a DAMAGED entry, any other a
   * REMOVED entry. If too few are available, `details.reservations` names up to ten reservations in the way.
   * @example
   * await inventory.removeStock({ ...mug, qty: 1, reason: 'DAMAGED', actor: 'ann' })
   */
  removeStock: command({
    summary: 'Remove units: they leave the building unsold',
    resource: 'stock',
    action: 'remove',
    role: 'operator',
    fields: {
      warehouseId,
      productId,
      qty,
      reason: described(reason, 'why; DAMAGED writes an entry of that type'),
      ifSeq: unchangedSince,
    },
    answers: 'level',
    effect: 'available → outside',
    refusals: ['WAREHOUSE_NOT_FOUND', 'STOCK_CHANGED', 'INSUFFICIENT_STOCK'],
    writes: ['DAMAGED', 'REMOVED'],
  }),
  /**
   * Sets the level to what was counted on the shelf, reserved and unsellable units included; available takes the
   * difference. With `unsellable`, that many must not be sold. Less than is reserved is INSUFFICIENT_STOCK
   * (`details.reservations` names up to ten in the way), more than 2^53 − 1 is CAPACITY_EXCEEDED.
   *
   * Goods move between counting and entering the count. Give `asOf`, the seq or the time of the count, or `expected`,
   * what the sheet said then. The difference from that is written, and later movements are kept. An `asOf` beyond the
   * newest entry, or more than 5 s in the future, is INVALID_INPUT. If the level was counted after that moment, a count
   * `asOf` it is STOCK_CHANGED: the later one has made its correction already.
   * @example
   * await inventory.countStock({ ...mug, onHand: 8, reason: 'STOCKTAKE' })
   */
  countStock: command({
    summary: 'Set the level to what was counted on the shelf',
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
   * Sets available units aside: they stay in the building but are not for sale. Give the reason: damaged,
   * quarantined, a sample.
   * @example
   * const { unsellable } = await inventory.setAside({ ...mug, qty: 2, reason: 'QUARANTINE' })
   */
  setAside: command({
    summary: 'Set units aside: they must not be sold',
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
   * Puts units that were set aside back on the shelf, for sale.
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

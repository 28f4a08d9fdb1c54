import { command } from './command.ts'
import { requiresApproval } from './fields/choices.ts'
import { described, optional } from './fields/field.ts'
import { productId, reservationIds, transferId, warehouseId } from './fields/ids.ts'
import { qty } from './fields/numbers.ts'
import { reason } from './fields/text.ts'

const fromWarehouseId = { ...described(warehouseId, 'where they are'), flag: { value: '<id>' } }
const toWarehouseId = { ...described(warehouseId, 'where they go'), flag: { value: '<id>' } }

export const TRANSFER_COMMANDS = {
  /**
   * Moves units to another warehouse in one step, or requests it and waits for approval. If an approval policy of the
   * shop throws, it is refused with POLICY_FAILED.
   *
   * With `reservations`, their open units move too, in their state, as part of `qty`. Each gets a new id, `replacedBy`
   * in the old record; the answer has the new ones. Such a transfer cannot wait for approval.
   * @example
   * const move = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'MUG', qty: 5 }
   * const { id, status } = await inventory.transfer({ ...move, requiresApproval: true, actor: 'ann' })
   */
  transfer: command({
    summary: 'Move units to another warehouse, or request it',
    resource: 'transfers',
    action: null,
    role: 'operator',
    fields: {
      fromWarehouseId,
      toWarehouseId,
      productId,
      qty,
      requiresApproval: optional(requiresApproval),
      reservations: optional(reservationIds),
    },
    answers: 'move',
    effect: 'moves, or waits',
    refusals: [
      'WAREHOUSE_NOT_FOUND',
      'RESERVATION_NOT_FOUND',
      'INVALID_RESERVATION_STATE',
      'INVALID_QTY',
      'INSUFFICIENT_STOCK',
      'CAPACITY_EXCEEDED',
      'POLICY_FAILED',
    ],
    writes: [
      'TRANSFERRED_OUT',
      'TRANSFERRED_IN',
      'TRANSFER_REQUESTED',
      'RETURNED',
      'CANCELLED',
      'RESERVED',
      'SOLD',
    ],
    entries: 'four for each taken along',
  }),
  /**
   * Approves a waiting transfer: its units move. Stock and capacity are checked again.
   * @example
   * await inventory.approveTransfer({ transferId: id, actor: 'bob' })
   */
  approveTransfer: command({
    summary: 'Approve a waiting transfer: its units move',
    resource: 'transfers',
    action: 'approve',
    role: 'operator',
    fields: { transferId },
    answers: 'transfer',
    effect: 'moves',
    refusals: [
      'TRANSFER_NOT_FOUND',
      'WAREHOUSE_NOT_FOUND',
      'INVALID_TRANSFER_STATE',
      'INSUFFICIENT_STOCK',
      'CAPACITY_EXCEEDED',
    ],
    writes: ['TRANSFERRED_OUT', 'TRANSFERRED_IN'],
    entries: 2,
    from: ['PENDING_APPROVAL'],
  }),
  /**
   * Rejects a waiting transfer.
   * @example
   * await inventory.rejectTransfer({ transferId: id, reason: 'no van', actor: 'bob' })
   */
  rejectTransfer: command({
    summary: 'Reject a waiting transfer',
    resource: 'transfers',
    action: 'reject',
    role: 'operator',
    fields: { transferId, reason: optional(reason) },
    answers: 'transfer',
    effect: 'none',
    refusals: ['TRANSFER_NOT_FOUND', 'INVALID_TRANSFER_STATE'],
    writes: ['TRANSFER_REJECTED'],
    from: ['PENDING_APPROVAL'],
  }),
}

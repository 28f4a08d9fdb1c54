import type { Transfer } from 'holdfast'
import { client } from '../service/client.ts'
import { number } from '../text/numbers.ts'
import type { CommandForm } from './command-dialog.tsx'

function described({ qty, productId, fromWarehouseId, toWarehouseId }: Transfer): string {
  return `${number(qty)} \u2068${productId}\u2069 from \u2068${fromWarehouseId}\u2069 to \u2068${toWarehouseId}\u2069.`
}

export function approveForm(transfer: Transfer): CommandForm {
  const { id: transferId, qty, productId } = transfer
  return {
    title: 'Approve this transfer?',
    about: described(transfer),
    fields: [],
    submit: 'Approve',
    isFinal: true,
    run: async (_, idempotencyKey) => {
      await client.approveTransfer({ transferId, idempotencyKey })
      return `Moved ${number(qty)} ${productId}.`
    },
  }
}

export function rejectForm(transfer: Transfer): CommandForm {
  const { id: transferId, qty, productId } = transfer
  return {
    title: 'Reject this transfer?',
    about: described(transfer),
    fields: [{ name: 'reason', label: 'Why', kind: 'text' }],
    submit: 'Reject',
    isFinal: true,
    run: async ({ reason = '' }, idempotencyKey) => {
      const why = reason.trim() === '' ? {} : { reason: reason.trim() }
      await client.rejectTransfer({ transferId, ...why, idempotencyKey })
      return `Rejected: ${number(qty)} ${productId} stay where they are.`
    },
  }
}

import type { Transfer } from 'holdfast'
import { client } from '../service/client.ts'
import { Name } from '../text/name.tsx'
import { number } from '../text/numbers.ts'
import type { CommandForm } from './command-form.ts'

function Described({ transfer }: { transfer: Transfer }) {
  const { qty, productId, fromWarehouseId, toWarehouseId } = transfer
  return (
    <>
      {number(qty)} <Name text={productId} /> from <Name text={fromWarehouseId} /> to{' '}
      <Name text={toWarehouseId} />.
    </>
  )
}

export function approveForm(transfer: Transfer): CommandForm {
  const { id: transferId, qty, productId } = transfer
  return {
    title: 'Approve this transfer?',
    about: <Described transfer={transfer} />,
    fields: [],
    submit: 'Approve',
    isFinal: true,
    run: async (_, idempotencyKey) => {
      await client.approveTransfer({ transferId, idempotencyKey })
      return (
        <>
          Transferred {number(qty)} <Name text={productId} />.
        </>
      )
    },
  }
}

export function rejectForm(transfer: Transfer): CommandForm {
  const { id: transferId, qty, productId } = transfer
  return {
    title: 'Reject this transfer?',
    about: <Described transfer={transfer} />,
    fields: [{ name: 'reason', label: 'Why', kind: 'text' }],
    submit: 'Reject',
    isFinal: true,
    run: async ({ reason = '' }, idempotencyKey) => {
      const why = reason.trim() === '' ? {} : { reason: reason.trim() }
      await client.rejectTransfer({ transferId, ...why, idempotencyKey })
      return (
        <>
          Rejected the transfer of {number(qty)} <Name text={productId} />.
        </>
      )
    },
  }
}

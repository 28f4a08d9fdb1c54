import type * as c from '../../model/commands/commands.ts'
import type { Transfer, TransferStatus } from '../../model/transfer.ts'
import { mustFit, mustHave, take } from './stock-verbs.ts'
import { Refused, type Shelf } from './shelf.ts'

function mustMove(shelf: Shelf, asked: c.CommandOf<'transfer'>): void {
  shelf.warehouse(asked.fromWarehouseId)
  shelf.warehouse(asked.toWarehouseId)
  mustHave(shelf, asked.fromWarehouseId, asked.productId, asked.qty)
  mustFit(shelf, asked.toWarehouseId, asked.qty)
}

function move(shelf: Shelf, made: Transfer): void {
  const { fromWarehouseId: from, toWarehouseId: to, productId, qty } = made
  const about = { transfer: made }
  take(shelf, from, productId, qty)
  shelf.write('TRANSFERRED_OUT', from, productId, qty, { toWarehouse: to }, about)
  shelf.write('TRANSFERRED_IN', to, productId, qty, { fromWarehouse: from }, about)
}

export function transfer(shelf: Shelf, command: c.CommandOf<'transfer'>, waits: boolean): Transfer {
  const { fromWarehouseId, toWarehouseId, productId, qty } = command
  if (fromWarehouseId === toWarehouseId)
    throw new Refused('INVALID_INPUT', { field: 'toWarehouseId' })
  mustMove(shelf, command)
  const made: Transfer = {
    id: shelf.newId(),
    fromWarehouseId,
    toWarehouseId,
    productId,
    qty,
    status: waits ? 'PENDING_APPROVAL' : 'APPROVED',
    requestedBy: shelf.actor,
    decidedBy: null,
    reason: null,
    createdAt: shelf.now,
    decidedAt: waits ? null : shelf.now,
  }
  shelf.transfers.push(made)
  if (!waits) move(shelf, made)
  else {
    const metadata = { toWarehouse: toWarehouseId }
    const about = { transfer: made }
    shelf.write('TRANSFER_REQUESTED', fromWarehouseId, productId, qty, metadata, about)
  }
  return { ...made }
}

function waiting(shelf: Shelf, transferId: string): Shelf['transfers'][number] {
  const found = shelf.transfers.find(({ id }) => id === transferId)
  if (found === undefined) throw new Refused('TRANSFER_NOT_FOUND', { transferId })
  const expected: TransferStatus = 'PENDING_APPROVAL'
  if (found.status !== expected)
    throw new Refused('INVALID_TRANSFER_STATE', { transferId, status: found.status, expected })
  return found
}

export function approveTransfer(
  shelf: Shelf,
  { transferId }: c.CommandOf<'approveTransfer'>,
): Transfer {
  const found = waiting(shelf, transferId)
  mustMove(shelf, found)
  Object.assign(found, { status: 'APPROVED', decidedBy: shelf.actor, decidedAt: shelf.now })
  move(shelf, found)
  return { ...found }
}

export function rejectTransfer(
  shelf: Shelf,
  { transferId, reason }: c.CommandOf<'rejectTransfer'>,
): Transfer {
  const found = waiting(shelf, transferId)
  Object.assign(found, {
    status: 'REJECTED',
    reason: reason ?? null,
    decidedBy: shelf.actor,
    decidedAt: shelf.now,
  })
  const metadata = { toWarehouse: found.toWarehouseId, ...(reason === undefined ? {} : { reason }) }
  const about = { transfer: found }
  shelf.write(
    'TRANSFER_REJECTED',
    found.fromWarehouseId,
    found.productId,
    found.qty,
    metadata,
    about,
  )
  return { ...found }
}

import { AdjustmentType } from '../adjustment-type.ts'
import type { Books } from '../books.ts'
import type { ApproveTransfer, RejectTransfer } from '../commands.ts'
import { InvalidTransferStateError } from '../errors.ts'
import { noTransfer } from '../not-found.ts'
import { TransferStatus, type Transfer } from '../transfer.ts'
import { move, mustMove } from './transfer.ts'

/**
 * The units of a waiting transfer move; stock and capacity are checked again. Refusals:
 * TRANSFER_NOT_FOUND, INVALID_TRANSFER_STATE, INSUFFICIENT_STOCK, CAPACITY_EXCEEDED.
 */
export function approveTransfer(books: Books, command: ApproveTransfer): Transfer {
  const found = mustWait(books, command.transferId, 'approve')
  const from = mustMove(books, found)
  // From here on it must succeed.
  const approved = decided(books, found, TransferStatus.APPROVED, null)
  move(books, from, approved)
  return approved
}

/** A waiting transfer is turned down. Refusals: TRANSFER_NOT_FOUND, INVALID_TRANSFER_STATE. */
export function rejectTransfer(books: Books, command: RejectTransfer): Transfer {
  const found = mustWait(books, command.transferId, 'reject')
  const from = books.openLevel(found.fromWarehouseId, found.productId)
  // From here on it must succeed.
  const rejected = decided(books, found, TransferStatus.REJECTED, command.reason ?? null)
  const reason = command.reason === undefined ? {} : { reason: command.reason }
  const metadata = { toWarehouse: found.toWarehouseId, ...reason }
  books.append(AdjustmentType.TRANSFER_REJECTED, from, found.qty, metadata, null, rejected)
  return rejected
}

function mustWait(books: Books, transferId: string, verb: string): Transfer {
  const found = books.transfer(transferId)
  if (found === null) throw noTransfer(transferId)
  if (found.status !== TransferStatus.PENDING_APPROVAL) {
    throw new InvalidTransferStateError(`cannot ${verb} a transfer that is ${found.status}`, {
      transferId,
      status: found.status,
      expected: TransferStatus.PENDING_APPROVAL,
    })
  }
  return found
}

function decided(
  books: Books,
  from: Transfer,
  status: Transfer['status'],
  reason: string | null,
): Transfer {
  const { actor: decidedBy, now: decidedAt } = books
  const made = Object.freeze({ ...from, status, reason, decidedBy, decidedAt })
  books.transfers.set(made.id, made)
  return made
}

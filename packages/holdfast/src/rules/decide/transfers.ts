import { invalid } from '../../model/limits.ts'
import type { Transfer } from '../../model/transfer.ts'
import type { TRANSFER_COMMANDS } from '../../model/commands/transfers.ts'
import type { Decisions, Reading, Writing } from '../decision.ts'
import { expire } from '../hold-moves.ts'
import type { Level } from '../level.ts'
import { mustFit, mustOffer, mustWait, type Offer } from './refusals.ts'

export const TRANSFER_DECISIONS: Decisions<keyof typeof TRANSFER_COMMANDS> = {
  transfer(read, command) {
    const { fromWarehouseId, toWarehouseId, productId, qty } = command
    if (fromWarehouseId === toWarehouseId)
      throw invalid('toWarehouseId', 'must be another warehouse')
    const sides = mustMove(read, command)
    const request = { fromWarehouseId, toWarehouseId, productId, qty, requestedBy: read.actor }
    const waits =
      read.rules.transferApproval.requiresApproval(request) || command.requiresApproval === true
    return (write) => {
      if (!waits) expire(write, sides.from, sides.expired)
      const made: Transfer = {
        id: write.newId(),
        ...request,
        status: waits ? 'PENDING_APPROVAL' : 'APPROVED',
        decidedBy: null,
        reason: null,
        createdAt: write.now,
        decidedAt: waits ? null : write.now,
      }
      if (!waits) return move(write, sides, made)
      const metadata = { toWarehouse: toWarehouseId }
      write.append('TRANSFER_REQUESTED', sides.from, qty, metadata, made)
      return write.keepTransfer(made)
    }
  },

  approveTransfer(read, { transferId }) {
    const found = mustWait(read, transferId, 'approve')
    const sides = mustMove(read, found)
    return (write) => {
      expire(write, sides.from, sides.expired)
      return move(write, sides, found)
    }
  },

  rejectTransfer(read, { transferId, reason }) {
    const found = mustWait(read, transferId, 'reject')
    // Whoever asked for it had units to give.
    const from = read.level(found.fromWarehouseId, found.productId)!
    return (write) => {
      const why = reason === undefined ? {} : { reason }
      const metadata = { toWarehouse: found.toWarehouseId, ...why }
      write.append('TRANSFER_REJECTED', from, found.qty, metadata, found)
      return write.keepTransfer(decided(write, found, 'REJECTED', reason ?? null))
    }
  },
}

/** The two levels of a transfer; `to` is null if the product was never there. */
interface Sides {
  readonly from: Level
  readonly expired: Offer['expired']
  readonly to: Level | null
}

/** @throws WarehouseNotFoundError, InsufficientStockError, CapacityExceededError */
function mustMove(
  read: Reading,
  request: Pick<Transfer, 'fromWarehouseId' | 'toWarehouseId' | 'productId' | 'qty'>,
): Sides {
  const { fromWarehouseId, toWarehouseId, productId, qty } = request
  read.warehouse(fromWarehouseId)
  const target = read.warehouse(toWarehouseId)
  const { level: from, expired } = mustOffer(read, fromWarehouseId, productId, qty)
  mustFit(read, target, qty)
  return { from, expired, to: read.level(toWarehouseId, productId) }
}

/** Takes the units out of one level and puts them into the other; one that waited is approved by it. */
function move(write: Writing, sides: Sides, from: Transfer): Transfer {
  const { fromWarehouseId, toWarehouseId, productId, qty, status } = from
  write.append('TRANSFERRED_OUT', sides.from, qty, { toWarehouse: toWarehouseId }, from)
  const out = write.keepTransfer(
    status === 'APPROVED' ? from : decided(write, from, 'APPROVED', null),
  )
  const to = sides.to ?? write.newLevel(toWarehouseId, productId)
  write.append('TRANSFERRED_IN', to, qty, { fromWarehouse: fromWarehouseId }, out)
  return write.keepTransfer({ ...out })
}

function decided(
  { actor, now }: Writing,
  from: Transfer,
  status: Transfer['status'],
  reason: string | null,
): Transfer {
  return { ...from, status, reason, decidedBy: actor, decidedAt: now }
}

import { counted } from '../../model/counted.ts'
import { InvalidQtyError } from '../../model/errors.ts'
import { invalid } from '../../model/limits.ts'
import { unitsOf, type Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import type { TRANSFER_COMMANDS } from '../../model/commands/transfers.ts'
import type { Decisions, Reading, Writing } from '../decision.ts'
import { expire, free, groupFor, replacedBy, takeOver } from '../hold-moves.ts'
import type { Level } from '../level.ts'
import { mustBe, mustFit, mustOffer, mustWait, type Offered } from './refusals.ts'

export const TRANSFER_DECISIONS: Decisions<keyof typeof TRANSFER_COMMANDS> = {
  transfer(read, command) {
    const { fromWarehouseId, toWarehouseId, productId, qty } = command
    if (fromWarehouseId === toWarehouseId)
      throw invalid('toWarehouseId', 'must be another warehouse')
    read.warehouse(fromWarehouseId)
    read.warehouse(toWarehouseId)
    const along = (command.reservations ?? []).map((id, index) =>
      mustGoAlong(read, command, id, `reservations[${index}]`),
    )
    const sides = mustMove(read, command, unitsAlong(along, qty))
    const what = { fromWarehouseId, toWarehouseId, productId, qty }
    const requestedBy = read.actor
    const waits =
      read.rules.transferApproval.requiresApproval({ ...what, requestedBy }) ||
      command.requiresApproval === true
    if (waits && along.length > 0) throw invalid('reservations', 'cannot wait for approval')
    return (write) => {
      const freed = along.map((one) => free(write, sides.from, one))
      if (!waits) expire(write, sides.from, sides.expired)
      const made: Transfer = {
        id: write.newId(),
        ...what,
        status: waits ? 'PENDING_APPROVAL' : 'APPROVED',
        requestedBy,
        decidedBy: null,
        reason: null,
        createdAt: write.now,
        decidedAt: waits ? null : write.now,
        group: groupFor(write),
      }
      if (!waits) {
        const { moved, to } = move(write, sides, made)
        if (along.length === 0) return moved
        const reservations = along.map((one, index) => {
          const taken = takeOver(write, to, one)
          replacedBy(write, sides.from, freed[index]!, taken.id)
          return taken
        })
        return { ...moved, reservations }
      }
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
      return move(write, sides, found).moved
    }
  },

  rejectTransfer(read, { transferId, reason }) {
    const found = mustWait(read, transferId, 'reject')
    // The level existed when the transfer was requested.
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
  readonly expired: Offered['expired']
  readonly to: Level | null
}

/** @throws WarehouseNotFoundError, InsufficientStockError, CapacityExceededError */
function mustMove(
  read: Reading,
  request: Pick<Transfer, 'fromWarehouseId' | 'toWarehouseId' | 'productId' | 'qty'>,
  freed: number = 0,
): Sides {
  const { fromWarehouseId, toWarehouseId, productId, qty } = request
  read.warehouse(fromWarehouseId)
  const target = read.warehouse(toWarehouseId)
  const { level: from, expired } = mustOffer(read, fromWarehouseId, productId, qty, { freed })
  mustFit(read, target, qty)
  return { from, expired, to: read.level(toWarehouseId, productId) }
}

/** Moves the units from one level to the other, and approves the transfer if it was waiting. */
function move(
  write: Writing,
  sides: Sides,
  from: Transfer,
): { readonly moved: Transfer; readonly to: Level } {
  const { fromWarehouseId, toWarehouseId, productId, qty, status } = from
  write.append('TRANSFERRED_OUT', sides.from, qty, { toWarehouse: toWarehouseId }, from)
  const out = write.keepTransfer(
    status === 'APPROVED' ? from : decided(write, from, 'APPROVED', null),
  )
  const to = sides.to ?? write.newLevel(toWarehouseId, productId)
  write.append('TRANSFERRED_IN', to, qty, { fromWarehouse: fromWarehouseId }, out)
  return { moved: write.keepTransfer({ ...out }), to }
}

/** @throws ReservationNotFoundError, InvalidReservationStateError, InvalidInputError */
function mustGoAlong(
  read: Reading,
  { fromWarehouseId, productId }: Pick<Transfer, 'fromWarehouseId' | 'productId'>,
  reservationId: string,
  field: string,
): Reservation {
  const { found } = mustBe(read, reservationId, ['PENDING', 'CONFIRMED'], 'take along')
  if (found.warehouseId !== fromWarehouseId || found.productId !== productId)
    throw invalid(field, 'is of another product, or in another warehouse')
  return found
}

/** @throws InvalidQtyError if the reservations have more units than are to be moved */
function unitsAlong(along: readonly Reservation[], qty: number): number {
  const units = unitsOf(along)
  if (units <= qty) return units
  throw new InvalidQtyError(
    `the reservations have ${counted(units, 'unit')}, more than the ${qty} moved`,
    {
      field: 'qty',
      requested: qty,
      open: units,
    },
  )
}

function decided(
  { actor, now }: Writing,
  from: Transfer,
  status: Transfer['status'],
  reason: string | null,
): Transfer {
  return { ...from, status, reason, decidedBy: actor, decidedAt: now }
}

import type * as c from '../../model/commands/commands.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Transfer, TransferStatus } from '../../model/transfer.ts'
import { mustFit, mustHave, take } from './offers.ts'
import { find, mustBe } from './records.ts'
import { free, takeElsewhere } from './replace-verbs.ts'
import { open, Refused, type Asked, type Held, type Shelf } from './shelf.ts'

type Move = Pick<Transfer, 'fromWarehouseId' | 'toWarehouseId' | 'productId' | 'qty'>

function mustMove(shelf: Shelf, asked: Move, freed = 0): void {
  const { fromWarehouseId: warehouseId, productId, qty } = asked
  mustHave(shelf, { warehouseId, productId }, qty, { freed })
  mustFit(shelf, asked.toWarehouseId, qty)
}

function move(shelf: Shelf, made: Transfer): void {
  const { fromWarehouseId: from, toWarehouseId: to, productId, qty } = made
  const about = { transfer: made }
  const source = { warehouseId: from, productId }
  take(shelf, source, qty)
  shelf.write('TRANSFERRED_OUT', source, qty, { toWarehouse: to }, about)
  const target = { warehouseId: to, productId }
  shelf.write('TRANSFERRED_IN', target, qty, { fromWarehouse: from }, about)
}

/** The reservations to be moved. */
function takenAlong(shelf: Shelf, command: c.CommandOf<'transfer'>): Held[] {
  const { fromWarehouseId, productId, qty, reservations = [] } = command
  const along = reservations.map((id, index) => {
    const found = find(shelf, id)
    mustBe(shelf, found, ['PENDING', 'CONFIRMED'])
    if (found.warehouseId !== fromWarehouseId || found.productId !== productId)
      throw new Refused('INVALID_INPUT', { field: `reservations[${index}]` })
    return found
  })
  const units = along.reduce((sum, one) => sum + open(one), 0)
  if (units > qty) throw new Refused('INVALID_QTY', { field: 'qty', requested: qty, open: units })
  return along
}

export function transfer(
  shelf: Shelf,
  command: c.CommandOf<'transfer'>,
  waits: boolean,
): Transfer & { reservations?: Reservation[] } {
  const { fromWarehouseId, toWarehouseId, productId, qty } = command
  if (fromWarehouseId === toWarehouseId)
    throw new Refused('INVALID_INPUT', { field: 'toWarehouseId' })
  shelf.warehouse(fromWarehouseId)
  shelf.warehouse(toWarehouseId)
  const along = takenAlong(shelf, command)
  mustMove(
    shelf,
    command,
    along.reduce((sum, one) => sum + open(one), 0),
  )
  if (waits && along.length > 0) throw new Refused('INVALID_INPUT', { field: 'reservations' })
  const made: Transfer = {
    id: shelf.newId(),
    fromWarehouseId,
    toWarehouseId,
    productId,
    qty,
    status: waits ? 'PENDING_APPROVAL' : 'APPROVED',
    requestedBy: shelf.said.actor,
    decidedBy: null,
    reason: null,
    createdAt: shelf.now,
    decidedAt: waits ? null : shelf.now,
    group: shelf.said.group ?? shelf.said.own,
  }
  shelf.transfers.push(made)
  if (waits) {
    const metadata = { toWarehouse: toWarehouseId }
    const source = { warehouseId: fromWarehouseId, productId }
    shelf.write('TRANSFER_REQUESTED', source, qty, metadata, { transfer: made })
    return { ...made }
  }
  const were = along.map((one) => ({ ...one }))
  for (const one of along) free(shelf, one)
  move(shelf, made)
  if (command.reservations === undefined) return { ...made }
  const target = { warehouseId: toWarehouseId, productId }
  const reservations = along.map((one, index) => ({
    ...takeElsewhere(shelf, one, target, were[index]!),
  }))
  return { ...made, reservations }
}

function waiting(shelf: Shelf, transferId: string): Asked {
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
  shelf.warehouse(found.fromWarehouseId)
  shelf.warehouse(found.toWarehouseId)
  mustMove(shelf, found)
  Object.assign(found, { status: 'APPROVED', decidedBy: shelf.said.actor, decidedAt: shelf.now })
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
    decidedBy: shelf.said.actor,
    decidedAt: shelf.now,
  })
  const metadata = { toWarehouse: found.toWarehouseId, ...(reason === undefined ? {} : { reason }) }
  const { fromWarehouseId: warehouseId, productId, qty } = found
  const about = { transfer: found }
  shelf.write('TRANSFER_REJECTED', { warehouseId, productId }, qty, metadata, about)
  return { ...found }
}

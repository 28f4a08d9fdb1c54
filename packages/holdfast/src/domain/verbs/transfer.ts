import { AdjustmentType } from '../adjustment-type.ts'
import type { Books } from '../books.ts'
import type { TransferStock } from '../commands.ts'
import { invalid } from '../limits.ts'
import type { StockLevel } from '../stock-level.ts'
import { TransferStatus, type Transfer } from '../transfer.ts'
import { mustFit, mustOffer } from './place.ts'

/**
 * Units move between two warehouses, both sides in one step; or the move is asked for, and waits for
 * approval. Refusals: WAREHOUSE_NOT_FOUND, INSUFFICIENT_STOCK, CAPACITY_EXCEEDED.
 */
export function transfer(books: Books, command: TransferStock): Transfer {
  const { fromWarehouseId, toWarehouseId, productId, qty } = command
  if (fromWarehouseId === toWarehouseId) throw invalid('toWarehouseId', 'must be another warehouse')
  const from = mustMove(books, command)
  const request = { fromWarehouseId, toWarehouseId, productId, qty, requestedBy: books.actor }
  const waits =
    books.rules.transferApproval.requiresApproval(request) || command.requiresApproval === true
  // From here on it must succeed.
  if (!waits) from.freeUp(qty)
  const made: Transfer = Object.freeze({
    id: books.rules.newId(books.seq + 1),
    ...request,
    status: waits ? TransferStatus.PENDING_APPROVAL : TransferStatus.APPROVED,
    decidedBy: null,
    reason: null,
    createdAt: books.now,
    decidedAt: waits ? null : books.now,
  })
  if (waits) {
    books.append(
      AdjustmentType.TRANSFER_REQUESTED,
      from,
      qty,
      { toWarehouse: toWarehouseId },
      null,
      made,
    )
  } else move(books, from, made)
  books.transfers.set(made.id, made)
  return made
}

/** Checks both sides, and answers the level that gives. */
export function mustMove(
  books: Books,
  request: Pick<Transfer, 'fromWarehouseId' | 'toWarehouseId' | 'productId' | 'qty'>,
): StockLevel {
  books.warehouse(request.fromWarehouseId)
  const target = books.warehouse(request.toWarehouseId)
  const from = mustOffer(books, request.fromWarehouseId, request.productId, request.qty)
  mustFit(books, target, request.qty)
  // Looked up before anything changes: a durable engine may have to load it first.
  books.level(request.toWarehouseId, request.productId)
  return from
}

/** Takes the units out of one level and puts them into the other. */
export function move(books: Books, from: StockLevel, made: Transfer): void {
  const { fromWarehouseId, toWarehouseId, productId, qty } = made
  from.freeUp(qty)
  books.append(
    AdjustmentType.TRANSFERRED_OUT,
    from,
    qty,
    { toWarehouse: toWarehouseId },
    null,
    made,
  )
  const to = books.openLevel(toWarehouseId, productId)
  books.append(
    AdjustmentType.TRANSFERRED_IN,
    to,
    qty,
    { fromWarehouse: fromWarehouseId },
    null,
    made,
  )
}

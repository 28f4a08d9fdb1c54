import { Books } from './books.ts'
import type { Atomically, Command, SingleCommand } from './commands.ts'
import { InventoryError } from './errors.ts'
import type { Reservation } from './reservation.ts'
import type { LevelCounts } from './stock-level.ts'
import type { Transfer } from './transfer.ts'
import { addStock } from './verbs/add-stock.ts'
import { cancel } from './verbs/cancel.ts'
import { confirm } from './verbs/confirm.ts'
import { countStock } from './verbs/count-stock.ts'
import { approveTransfer, rejectTransfer } from './verbs/decide-transfer.ts'
import { extend } from './verbs/extend.ts'
import { fulfillAcrossWarehouses } from './verbs/fulfill-across-warehouses.ts'
import { release } from './verbs/release.ts'
import { removeStock } from './verbs/remove-stock.ts'
import { reserve } from './verbs/reserve.ts'
import { ship } from './verbs/ship.ts'
import { transfer } from './verbs/transfer.ts'

export type SingleResult = LevelCounts | Reservation | Transfer | { reservations: Reservation[] }
export type Result = SingleResult | { answers: SingleResult[] }

/**
 * Decides one command that `checkCommand` let through: it changes the books, or throws and changes
 * nothing. Every refusal keeps one order: input, warehouse or record, state, stock, capacity.
 * @throws InventoryError
 */
export function decide(books: Books, command: Command): Result {
  books.actor = command.actor ?? null
  books.metadata = command.metadata ?? null
  return command.verb === 'atomically' ? atomically(books, command) : single(books, command)
}

function single(books: Books, command: SingleCommand): SingleResult {
  switch (command.verb) {
    case 'reserve':
      return reserve(books, command)
    case 'confirm':
      return confirm(books, command)
    case 'release':
      return release(books, command)
    case 'ship':
      return ship(books, command)
    case 'cancel':
      return cancel(books, command)
    case 'extend':
      return extend(books, command)
    case 'addStock':
      return addStock(books, command)
    case 'removeStock':
      return removeStock(books, command)
    case 'countStock':
      return countStock(books, command)
    case 'transfer':
      return transfer(books, command)
    case 'approveTransfer':
      return approveTransfer(books, command)
    case 'rejectTransfer':
      return rejectTransfer(books, command)
    case 'fulfillAcrossWarehouses':
      return fulfillAcrossWarehouses(books, command)
  }
}

/**
 * All or nothing: the commands run on books of their own, which are dropped when one is refused. In
 * order, each seeing the ones before it: two lines of one product count as their sum. The refusal
 * names the first command that does not fit by its index.
 */
function atomically(books: Books, command: Atomically): { answers: SingleResult[] } {
  const overlay = new Books(books.rules, books)
  const answers = command.commands.map((inner, index) => {
    overlay.actor = inner.actor ?? books.actor
    overlay.metadata = inner.metadata ?? books.metadata
    try {
      return single(overlay, inner)
    } catch (error) {
      throw error instanceof InventoryError ? error.at(index) : error
    }
  })
  overlay.merge()
  return { answers }
}

import type { CommandMethods } from '../model/commands/methods.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import type * as c from '../model/commands/commands.ts'
import type { Reservation } from '../model/reservation.ts'
import type { LevelCounts } from '../model/level-counts.ts'
import type { Transfer } from '../model/transfer.ts'
import type { WarehouseChanges, WarehouseOptions } from '../model/warehouse-record.ts'
import type * as api from '../engine/inventory.ts'
import type { RemoteCallOptions } from './options.ts'
import type { PagedList } from './paged-list.ts'

/** The inventory's methods that work over the network: the same names, answers and errors. */
export interface RemoteInventory
  extends CommandMethods<RemoteCallOptions, 'actor'>, AsyncDisposable {
  atomically<const Commands extends readonly c.ListedCommand[]>(
    command: Omit<c.Atomically<Commands>, 'actor'>,
    options?: RemoteCallOptions,
  ): Promise<c.AtomicAnswer<Commands>>
  execute<const C extends c.Command>(
    command: C,
    options?: RemoteCallOptions,
  ): Promise<c.AnswerTo<C>>
  batch<const Commands extends readonly c.Command[]>(
    command: Omit<c.Batch<Commands>, 'actor'>,
    options?: RemoteCallOptions,
  ): Promise<api.BatchResult<Commands>>

  stock(place: { warehouseId: string; productId: string }): Promise<api.StockAnswer>
  stockAt(
    query: { warehouseId: string; productId: string; time: number },
    options?: api.ReadOptions,
  ): Promise<api.PastStockAnswer>
  explain(
    query: { warehouseId: string; productId: string; limit?: number | undefined },
    options?: api.ReadOptions,
  ): Promise<api.Explanation>
  getReservation(query: { reservationId: string }): Promise<api.ReservationAnswer>
  getTransfer(query: { transferId: string }): Promise<api.TransferAnswer>
  listStock(filter?: api.StockFilter): PagedList<LevelCounts>
  listReservations(filter?: api.ReservationFilter): PagedList<Reservation>
  listTransfers(filter?: api.TransferFilter): PagedList<Transfer>
  listWarehouses(): PagedList<api.WarehouseView>
  audit(filter?: api.AuditFilter): AsyncIterable<AuditEntry>
  feed(filter?: api.FeedFilter): AsyncIterable<AuditEntry>
  head(): Promise<api.Remembered & { readonly at: number; readonly commit: number }>
  verify(options?: api.VerifyOptions): Promise<api.Verdict>
  changeWarehouse(warehouse: WarehouseOptions): Promise<api.WarehouseView & c.Answered>
  patchWarehouse(changes: WarehouseChanges): Promise<api.WarehouseView & c.Answered>
  /** Waits until everything given is answered; accepts nothing more. */
  close(): Promise<void>
}

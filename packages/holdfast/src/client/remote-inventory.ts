import type { AuditEntry } from '../domain/audit-entry.ts'
import type * as c from '../domain/commands.ts'
import type { Reservation } from '../domain/reservation.ts'
import type { LevelCounts } from '../domain/stock-level.ts'
import type { Transfer } from '../domain/transfer.ts'
import type { WarehouseOptions } from '../domain/warehouse-record.ts'
import type * as api from '../engine/inventory.ts'
import type { RemoteCallOptions } from './options.ts'
import type { PagedList } from './paged-list.ts'

/** A verb as the service takes it: who acts is told by the token. */
type Verb<V extends keyof api.AnswerOf, C> = (
  command: Omit<C, 'actor'>,
  options?: RemoteCallOptions,
) => Promise<api.AnswerOf[V]>

/** The inventory's own methods, as far as they go over a wire: the same names, answers and errors. */
export interface RemoteInventory extends AsyncDisposable {
  addStock: Verb<'addStock', c.AddStock>
  removeStock: Verb<'removeStock', c.RemoveStock>
  countStock: Verb<'countStock', c.CountStock>
  reserve: Verb<'reserve', c.Reserve>
  confirm: Verb<'confirm', c.Confirm>
  release: Verb<'release', c.ById>
  ship: Verb<'ship', c.ById>
  cancel: Verb<'cancel', c.ById>
  extend: Verb<'extend', c.Extend>
  transfer: Verb<'transfer', c.TransferStock>
  approveTransfer: Verb<'approveTransfer', c.ApproveTransfer>
  rejectTransfer: Verb<'rejectTransfer', c.RejectTransfer>
  fulfillAcrossWarehouses: Verb<'fulfillAcrossWarehouses', c.FulfillAcrossWarehouses>
  atomically: Verb<'atomically', c.Atomically>
  execute(
    command: c.Command,
    options?: RemoteCallOptions,
  ): Promise<api.AnswerOf[keyof api.AnswerOf]>
  batch<const Commands extends readonly c.Command[]>(
    command: Omit<c.Common, 'actor'> & { readonly commands: Commands },
    options?: RemoteCallOptions,
  ): Promise<api.BatchResult<Commands>>

  stock(place: { warehouseId: string; productId: string }): Promise<api.StockAnswer>
  stockAt(query: {
    warehouseId: string
    productId: string
    time: number
  }): Promise<api.PastStockAnswer>
  explain(query: {
    warehouseId: string
    productId: string
    limit?: number | undefined
  }): Promise<api.Explanation>
  getReservation(query: { reservationId: string }): Promise<api.ReservationAnswer>
  getTransfer(query: { transferId: string }): Promise<api.TransferAnswer>
  listStock(filter?: api.StockFilter): PagedList<LevelCounts>
  listReservations(filter?: api.ReservationFilter): PagedList<Reservation>
  listTransfers(filter?: api.TransferFilter): PagedList<Transfer>
  listWarehouses(): PagedList<api.WarehouseView>
  audit(filter?: api.AuditFilter): AsyncIterable<AuditEntry>
  feed(filter?: api.AuditFilter & { signal?: AbortSignal | undefined }): AsyncIterable<AuditEntry>
  head(): Promise<api.Remembered & { readonly at: number; readonly commit: number }>
  verify(options?: api.VerifyOptions): Promise<api.Verdict>
  changeWarehouse(warehouse: WarehouseOptions): Promise<api.WarehouseView & api.Answered>
  /** Waits for what was given to be answered; takes nothing more. */
  close(): Promise<void>
}

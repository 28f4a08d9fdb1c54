import type { AdjustmentType } from '../model/adjustment-type.ts'
import type { AuditEntry, Metadata, Reference } from '../model/audit-entry.ts'
import { plain } from '../model/plain.ts'
import type { Reservation } from '../model/reservation.ts'
import type { Transfer } from '../model/transfer.ts'
import type { Level } from './level.ts'

/** What a command says about all of its entries, and when. */
interface Wording {
  readonly now: number
  readonly actor: string | null
  readonly reference: Reference | null
  readonly group: string | null
  readonly ownGroup: string | null
}

/** Of a level, or of none. */
export type CountsOf = Pick<
  Level,
  'warehouseId' | 'productId' | 'available' | 'held' | 'allocated' | 'unsellable'
>

/** An entry of the trail. */
export const Entry = plain<
  [Wording, number, AdjustmentType, CountsOf, number, Metadata, Reservation | Transfer | null],
  AuditEntry
>(function (said, seq, type, level, qty, metadata, about) {
  const transfer = about !== null && 'fromWarehouseId' in about ? about : null
  const reservation = transfer === null ? about : null
  this.id = String(seq)
  this.seq = seq
  this.type = type
  this.productId = level.productId
  this.warehouseId = level.warehouseId
  this.fromWarehouseId = transfer === null ? null : transfer.fromWarehouseId
  this.qty = qty
  this.timestamp = said.now
  this.reservationId = reservation === null ? null : reservation.id
  this.transferId = transfer === null ? null : transfer.id
  this.actor = said.actor
  this.metadata = metadata
  this.reference = said.reference
  this.group = said.group ?? about?.group ?? said.ownGroup
  this.available = level.available
  this.held = level.held
  this.allocated = level.allocated
  this.unsellable = level.unsellable
})

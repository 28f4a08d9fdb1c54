import {
  openOf,
  shownId,
  type AuditEntry,
  type LevelCounts,
  type Reservation,
  type Transfer,
  type WarehouseView,
} from 'holdfast'
import type { Column } from './table.ts'
import { isoTime } from './time.ts'

// The columns of each record: as many as fit 80 characters, then the roomy ones. --json has everything.

export const STOCK: readonly Column<LevelCounts>[] = [
  { title: 'product', of: (level) => shownId(level.productId) },
  { title: 'warehouse', of: (level) => shownId(level.warehouseId) },
  { title: 'available', of: (level) => level.available },
  { title: 'held', of: (level) => level.held },
  { title: 'allocated', of: (level) => level.allocated },
  { title: 'unsellable', of: (level) => level.unsellable, usual: 0 },
  { title: 'on hand', of: (level) => level.onHand },
]

export const RESERVATIONS: readonly Column<Reservation>[] = [
  { title: 'reservation', of: (reservation) => reservation.id, whole: true },
  { title: 'status', of: (reservation) => reservation.status },
  { title: 'qty', of: (reservation) => reservation.qty },
  { title: 'open', of: openOf },
  { title: 'product', of: (reservation) => shownId(reservation.productId) },
  { title: 'in', of: (reservation) => shownId(reservation.warehouseId) },
  { title: 'owner', of: (reservation) => reservation.owner, usual: null, roomy: true },
  {
    title: 'expires',
    of: ({ status, expiresAt }) => (status === 'PENDING' ? isoTime(expiresAt) : null),
    usual: null,
    whole: true,
    roomy: true,
  },
]

export const TRANSFERS: readonly Column<Transfer>[] = [
  { title: 'transfer', of: (transfer) => transfer.id, whole: true },
  { title: 'status', of: (transfer) => transfer.status },
  { title: 'qty', of: (transfer) => transfer.qty },
  { title: 'product', of: (transfer) => shownId(transfer.productId) },
  { title: 'from', of: (transfer) => shownId(transfer.fromWarehouseId) },
  { title: 'to', of: (transfer) => shownId(transfer.toWarehouseId) },
]

export const WAREHOUSES: readonly Column<WarehouseView>[] = [
  { title: 'warehouse', of: (warehouse) => shownId(warehouse.id) },
  { title: 'name', of: (warehouse) => warehouse.name },
  { title: 'on hand', of: (warehouse) => warehouse.onHand },
  { title: 'capacity', of: (warehouse) => warehouse.capacity },
  { title: 'low at', of: (warehouse) => warehouse.reorderThreshold },
  { title: 'sells', of: ({ sells }) => (sells ? 'yes' : 'no'), usual: 'yes' },
  { title: 'closed', of: ({ closed }) => (closed ? 'yes' : 'no'), usual: 'no' },
]

/** With fixed widths, because the trail is printed while it is read. */
export const ENTRIES: readonly Column<AuditEntry>[] = [
  { title: 'seq', of: (entry) => entry.seq, width: 8 },
  { title: 'time', of: (entry) => isoTime(entry.timestamp), width: 20, whole: true },
  { title: 'type', of: (entry) => entry.type, width: 18, whole: true },
  { title: 'qty', of: (entry) => entry.qty, width: 6 },
  {
    title: 'product',
    of: (entry) => (entry.productId === '' ? '' : shownId(entry.productId)),
    width: 10,
  },
  { title: 'in', of: (entry) => shownId(entry.warehouseId), width: 6 },
]

/** The entries of one level, with the balances after each. */
export const HISTORY: readonly Column<AuditEntry>[] = [
  { title: 'seq', of: (entry) => entry.seq },
  { title: 'time', of: (entry) => isoTime(entry.timestamp) },
  { title: 'type', of: (entry) => entry.type },
  { title: 'qty', of: (entry) => entry.qty },
  { title: 'avail', of: (entry) => entry.available },
  { title: 'held', of: (entry) => entry.held },
  { title: 'alloc', of: (entry) => entry.allocated },
  { title: 'unsell', of: (entry) => entry.unsellable, usual: 0 },
]

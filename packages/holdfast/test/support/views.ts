import { deepEqual, equal, ok } from 'node:assert/strict'
import { AdjustmentType, seqOf, type AuditEntry, type Inventory } from '../../src/index.ts'
import { collect, everyPage } from '../../src/testing/listing.ts'

type Row = Readonly<Record<string, unknown>>

/**
 * The views for people tell what the inventory tells. `read` answers a view's rows. Of a time SQLite gives a text,
 * PostgreSQL a Date; of a great number PostgreSQL gives a text.
 */
export async function checkViews(
  inventory: Inventory,
  read: (view: 'trail' | 'stock' | 'reservations' | 'transfers') => Promise<readonly Row[]>,
): Promise<void> {
  const entries = await collect(inventory.audit())
  checkTrail(entries, byNumber(await read('trail'), 'seq'))
  checkStock(entries, await read('stock'))
  await checkReservations(inventory, byNumber(await read('reservations'), 'seq'))
  await checkTransfers(inventory, byNumber(await read('transfers'), 'seq'))
}

function checkTrail(entries: readonly AuditEntry[], rows: readonly Row[]): void {
  equal(rows.length, entries.length)
  const previous = new Map<string, number>()
  for (const [index, entry] of entries.entries()) {
    const row = rows[index]!
    const { seq, type, warehouseId, productId, metadata, reference, fromWarehouseId } = entry
    const place = `${warehouseId}\n${productId}`
    const { available, held, allocated, unsellable } = entry
    deepEqual(
      {
        ...numbers(row, 'seq', 'qty', 'available', 'held', 'allocated', 'unsellable'),
        ...numbers(row, 'previous_seq'),
      },
      {
        ...{ seq, qty: entry.qty, available, held, allocated, unsellable },
        previous_seq: previous.get(place) ?? 0,
      },
    )
    if (productId !== '') previous.set(place, seq)
    deepEqual(texts(row, 'type', 'warehouse_id', 'product_id', 'actor', 'group_id', 'because'), {
      type,
      warehouse_id: warehouseId,
      product_id: productId === '' ? null : productId,
      actor: entry.actor,
      group_id: entry.group,
      because: metadata['because'] ?? null,
    })
    deepEqual(texts(row, 'reference_type', 'reference_id'), {
      reference_type: reference?.type ?? null,
      reference_id: reference?.id ?? null,
    })
    const ends = metadata['expiresAt'] ?? metadata['expiredAt']
    deepEqual(
      [time(row['time']), time(row['expires_at'])],
      [entry.timestamp, ends === undefined ? null : Number(ends)],
    )
    deepEqual(recordsOf(row), {
      reservation: numberOf(entry.reservationId),
      transfer: numberOf(entry.transferId),
    })
    // PostgreSQL shows the present owner on the other entries of a reservation.
    if (metadata['owner'] !== undefined || 'reservation_seq' in row)
      equal(row['owner'], metadata['owner'] ?? null)
    const to = type === 'TRANSFERRED_IN' ? warehouseId : metadata['toWarehouse']
    deepEqual(texts(row, 'from_warehouse_id', 'to_warehouse_id'), {
      from_warehouse_id: fromWarehouseId,
      to_warehouse_id: to ?? null,
    })
    if (type === 'WAREHOUSE_CHANGED') continue
    const told = JSON.parse((row['metadata'] as string | null) ?? '{}') as Record<string, string>
    for (const [name, value] of Object.entries(told)) equal(metadata[name], value)
    for (const name of ['source', 'reason', 'order'])
      equal(told[name], metadata[name], `${type}: ${name}`)
  }
  const types = new Set(entries.map(({ type }) => type))
  equal(types.size, Object.keys(AdjustmentType).length, 'not every type was written')
}

/** The counts as they were written: expired holds without an entry are still held. */
function checkStock(entries: readonly AuditEntry[], rows: readonly Row[]): void {
  const newest = new Map<string, AuditEntry>()
  for (const entry of entries)
    if (entry.productId !== '') newest.set(`${entry.warehouseId}\n${entry.productId}`, entry)
  equal(rows.length, newest.size)
  for (const row of rows) {
    const entry = newest.get(`${String(row['warehouse_id'])}\n${String(row['product_id'])}`)!
    const { available, held, allocated, unsellable, seq } = entry
    deepEqual(
      {
        ...numbers(row, 'available', 'held', 'allocated', 'unsellable', 'reserved', 'on_hand'),
        ...numbers(row, 'last_seq'),
      },
      {
        ...{ available, held, allocated, unsellable, reserved: held + allocated },
        on_hand: available + held + allocated + unsellable,
        last_seq: seq,
      },
    )
  }
}

async function checkReservations(inventory: Inventory, rows: readonly Row[]): Promise<void> {
  const all = await everyPage((cursor) => inventory.listReservations({ cursor }))
  equal(rows.length, all.length)
  const statuses = new Set<unknown>()
  for (const one of all) {
    const row = rows.find(({ id }) => id === one.id)!
    statuses.add(row['status'])
    const isDue = one.status === 'EXPIRED' && row['status'] === 'PENDING'
    deepEqual(numbers(row, 'seq', 'qty', 'released', 'shipped', 'cancelled', 'came_back'), {
      seq: seqOf(one.id),
      qty: one.qty,
      released: isDue ? Number(row['released']) : one.released,
      shipped: one.shipped,
      cancelled: one.cancelled,
      came_back: one.cameBack,
    })
    deepEqual(texts(row, 'warehouse_id', 'product_id', 'status', 'owner'), {
      warehouse_id: one.warehouseId,
      product_id: one.productId,
      status: isDue ? 'PENDING' : one.status,
      owner: one.owner,
    })
    deepEqual(texts(row, 'replaces', 'replaced_by', 'group_id'), {
      replaces: one.replaces,
      replaced_by: one.replacedBy,
      group_id: one.group,
    })
    deepEqual([time(row['created_at']), time(row['expires_at'])], [one.createdAt, one.expiresAt])
  }
  ok(statuses.size > 4, 'hardly any state was there')
}

async function checkTransfers(inventory: Inventory, rows: readonly Row[]): Promise<void> {
  const all = await everyPage((cursor) => inventory.listTransfers({ cursor }))
  equal(rows.length, all.length)
  for (const one of all) {
    const row = rows.find(({ id }) => id === one.id)!
    deepEqual(numbers(row, 'seq', 'qty'), { seq: seqOf(one.id), qty: one.qty })
    deepEqual(texts(row, 'from_warehouse_id', 'to_warehouse_id', 'product_id', 'status'), {
      from_warehouse_id: one.fromWarehouseId,
      to_warehouse_id: one.toWarehouseId,
      product_id: one.productId,
      status: one.status,
    })
    deepEqual(texts(row, 'requested_by', 'decided_by', 'reason', 'group_id'), {
      requested_by: one.requestedBy,
      decided_by: one.decidedBy,
      reason: one.reason,
      group_id: one.group,
    })
    deepEqual([time(row['created_at']), time(row['decided_at'])], [one.createdAt, one.decidedAt])
  }
  equal(new Set(all.map(({ status }) => status)).size, 3, 'not every state was there')
}

function byNumber(rows: readonly Row[], name: string): readonly Row[] {
  return rows.toSorted((a, b) => Number(a[name]) - Number(b[name]))
}

function numbers(row: Row, ...names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, Number(row[name])]))
}

function texts(row: Row, ...names: readonly string[]): Row {
  return Object.fromEntries(names.map((name) => [name, row[name]]))
}

function time(value: unknown): number | null {
  return value === null ? null : new Date(value as string | Date).getTime()
}

/** SQLite's view has the numbers of the records, PostgreSQL's their ids. */
function recordsOf(row: Row): { reservation: number | null; transfer: number | null } {
  const of = (record: string): number | null =>
    `${record}_seq` in row
      ? (row[`${record}_seq`] as number | null)
      : numberOf(row[`${record}_id`] as string | null)
  return { reservation: of('reservation'), transfer: of('transfer') }
}

function numberOf(id: string | null): number | null {
  return id === null ? null : seqOf(id)
}

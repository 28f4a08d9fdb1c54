import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { AdjustmentType } from '../model/adjustment-type.ts'
import type { AuditEntry, Metadata } from '../model/audit-entry.ts'
import { readMetadata, storeMetadata } from './metadata.ts'

const RESERVATION = '00000000-0000-8001-8000-000000000001'

function entryOf(type: AuditEntry['type'], metadata: Metadata): AuditEntry {
  return {
    id: '7',
    seq: 7,
    type,
    productId: 'SOCK',
    warehouseId: 'SF',
    fromWarehouseId: 'NYC',
    qty: 1,
    timestamp: 1,
    reservationId: RESERVATION,
    transferId: null,
    actor: null,
    metadata,
    available: 1,
    held: 0,
    allocated: 0,
  }
}

/** Through the columns and back; the owner is the reservation's. */
function stored(
  type: AuditEntry['type'],
  metadata: Metadata,
): { json: string | null; read: Metadata } {
  const slot = { extra: 0, because: 0 }
  const json = storeMetadata(entryOf(type, metadata), slot)
  const read = readMetadata({
    type,
    json,
    extra: Number.isNaN(slot.extra) ? null : slot.extra,
    because: Number.isNaN(slot.because) ? null : slot.because,
    reservationId: RESERVATION,
    owner: metadata['owner'] ?? null,
    fromWarehouseId: 'NYC',
    toWarehouseId: 'SF',
  })
  return { json, read }
}

const reservationId = RESERVATION
const expiresAt = '1700000000000'

/** What the domain writes, and therefore costs no JSON. */
const USUAL: readonly (readonly [AuditEntry['type'], Metadata])[] = [
  ['RESERVED', { expiresAt }],
  ['RESERVED', { expiresAt, owner: 'cart-1' }],
  ['EXTENDED', { reservationId, expiresAt }],
  ['EXTENDED', { reservationId, expiresAt, owner: 'cart-1' }],
  ['SOLD', { reservationId }],
  ['SHIPPED', { reservationId }],
  ['CANCELLED', { reservationId }],
  ['RETURNED', { reservationId, because: 'unconfirmed' }],
  ['RETURNED', { reservationId, because: 'released' }],
  ['RETURNED', { reservationId, because: 'expired', expiredAt: expiresAt }],
  ['TRANSFER_REQUESTED', { toWarehouse: 'SF' }],
  ['TRANSFERRED_OUT', { toWarehouse: 'SF' }],
  ['TRANSFERRED_IN', { fromWarehouse: 'NYC' }],
  ['TRANSFER_REJECTED', { toWarehouse: 'SF' }],
  ['COUNTED', {}],
]

test('what the columns say is not stored, and comes back', () => {
  for (const [type, metadata] of USUAL) {
    const { json, read } = stored(type, metadata)
    equal(json, null, type)
    deepEqual(read, metadata)
  }
})

test('what the caller adds is stored beside it', () => {
  const more = JSON.parse('{ "__proto__": "p", "1": "one", "order": "ä🧦" }') as Metadata
  for (const [type, metadata] of USUAL) {
    const all = { ...more, ...metadata }
    deepEqual(stored(type, all).read, all)
  }
})

test('an entry that lacks what would be put back is stored word for word', () => {
  const strange: Metadata[] = [
    {},
    { because: 'moved' },
    { because: 'expired', reservationId },
    { expiresAt: 'soon', reservationId },
    { reservationId: 'another' },
    { fromWarehouse: 'another' },
    { source: 'S', reason: 'R' },
  ]
  for (const type of Object.values(AdjustmentType)) {
    for (const metadata of strange) deepEqual(stored(type, metadata).read, metadata)
  }
})

test('metadata that no longer parses is handed out, not thrown', () => {
  const source = { type: 'RECEIVED', extra: null, because: null, reservationId: null } as const
  const rest = { owner: null, fromWarehouseId: null, toWarehouseId: null }
  for (const json of ['{', 'null', '3']) {
    deepEqual(readMetadata({ ...source, ...rest, json }), { damaged: json })
  }
})

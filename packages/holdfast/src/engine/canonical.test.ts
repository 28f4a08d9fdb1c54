import assert from 'node:assert/strict'
import { hash as sha256 } from 'node:crypto'
import { test } from 'node:test'
import type { AuditEntry } from '../model/audit-entry.ts'
import { commitHash, NO_HASH, sortedPairs } from './canonical.ts'

const ENTRY: AuditEntry = {
  id: '7',
  seq: 7,
  type: 'TRANSFERRED_IN',
  productId: 'P',
  warehouseId: 'NYC',
  fromWarehouseId: 'SF',
  qty: 3,
  timestamp: 1000,
  reservationId: null,
  transferId: 'T',
  actor: 'Ann',
  metadata: { fromWarehouse: 'SF', b: '2', a: '1' },
  available: 3,
  held: 2,
  allocated: 1,
}

const hashOf = (entry: AuditEntry): string => commitHash(NO_HASH, 1, 1000, [entry])

test('the hash covers every field of an entry', () => {
  const others: Partial<AuditEntry> = {
    seq: 8,
    type: 'TRANSFERRED_OUT',
    productId: 'Q',
    warehouseId: 'LA',
    fromWarehouseId: null,
    qty: 4,
    timestamp: 1001,
    reservationId: 'R',
    transferId: null,
    actor: null,
    metadata: { fromWarehouse: 'SF', b: '1', a: '2' },
    available: 4,
    held: 3,
    allocated: 2,
  }
  const fields = Object.keys(ENTRY).filter((field) => field !== 'id')
  assert.deepEqual(
    Object.keys(others).sort(),
    fields.sort(),
    'a new field of an entry must be in the hash',
  )
  for (const [field, value] of Object.entries(others)) {
    assert.notEqual(hashOf({ ...ENTRY, [field]: value }), hashOf(ENTRY), field)
  }
})

test('the hash covers the commit before it, its number and its time', () => {
  const hash = hashOf(ENTRY)
  assert.notEqual(commitHash('1'.repeat(64), 1, 1000, [ENTRY]), hash)
  assert.notEqual(commitHash(NO_HASH, 2, 1000, [ENTRY]), hash)
  assert.notEqual(commitHash(NO_HASH, 1, 1001, [ENTRY]), hash)
  assert.notEqual(commitHash(NO_HASH, 1, 1000, []), hash)
})

test('the order in which metadata was given does not matter, what belongs to what does', () => {
  assert.equal(
    hashOf({ ...ENTRY, metadata: { a: '1', b: '2', fromWarehouse: 'SF' } }),
    hashOf(ENTRY),
  )
  const one = hashOf({ ...ENTRY, metadata: { a: 'b', c: '' } })
  assert.notEqual(one, hashOf({ ...ENTRY, metadata: { a: '', b: 'c' } }))
})

/** The bytes that are hashed, all at once: what was stored by any version must go on matching. */
function hashOfWhole(entries: readonly AuditEntry[]): string {
  const rows = entries.map((entry) => {
    const { seq, type, productId, warehouseId, fromWarehouseId, qty, timestamp } = entry
    const { reservationId, transferId, actor, metadata, available, held, allocated } = entry
    const what = [seq, type, productId, warehouseId, fromWarehouseId, qty, timestamp]
    const pairs = sortedPairs(metadata)
    return [...what, reservationId, transferId, actor, pairs, available, held, allocated]
  })
  return sha256('sha256', JSON.stringify([NO_HASH, 1, 1000, rows]), 'hex')
}

test('the hash is that of one JSON text, however many pieces it is hashed in', () => {
  const large = { ...ENTRY, metadata: { note: '"🧦\\'.repeat(9000) } }
  for (const entry of [ENTRY, large])
    for (const count of [0, 1, 2, 3, 40]) {
      const entries = Array.from({ length: count }, (_, index) => ({ ...entry, seq: index }))
      assert.equal(commitHash(NO_HASH, 1, 1000, entries), hashOfWhole(entries))
    }
})

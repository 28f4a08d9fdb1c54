import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../model/commands/commands.ts'
import { LIMITS } from '../../model/limits.ts'
import { trailBytes } from './trail-bytes.ts'

const ID = 'i'.repeat(LIMITS.idLength)
const OWNER = 'o'.repeat(LIMITS.idLength)
const HOLD = {
  verb: 'reserve',
  warehouseId: ID,
  productId: ID,
  qty: 1,
  ttlMs: 1,
  owner: OWNER,
} as const

test('ten thousand commands with ids of full length fit into one list', () => {
  assert.ok(10_000 * trailBytes(HOLD, 1) <= LIMITS.commandBytes)
})

test('every text of a command counts, including metadata and actor of its list', () => {
  const plain = trailBytes(HOLD, 1)
  const more: readonly Command[] = [
    { ...HOLD, actor: 'ann' },
    { ...HOLD, metadata: { order: '7' } },
    { ...HOLD, idempotencyKey: 'k' },
    { ...HOLD, owner: `${OWNER}"` },
    { ...HOLD, owner: `${OWNER}é` },
  ]
  for (const command of more) assert.ok(trailBytes(command, 1) > plain)
  const metadata = { note: '"'.repeat(500) }
  const one = trailBytes({ ...HOLD, metadata }, 1)
  const commands = [HOLD, HOLD, { ...HOLD, metadata: {} }]
  const list = trailBytes({ verb: 'atomically', metadata, commands }, 1)
  assert.ok(list >= 2 * one + plain && list < 3 * one)
})

test('a command counts once for each entry that it may write', () => {
  const split = { verb: 'fulfillAcrossWarehouses', productId: ID, qty: 5, ttlMs: 1 } as const
  const one = trailBytes({ ...split, qty: 1 }, 9)
  assert.equal(trailBytes(split, 9), 5 * one)
  assert.equal(trailBytes(split, 3), 3 * one)
  assert.equal(trailBytes({ ...split, warehouseOrder: ['A', 'B'] }, 9), 2 * one)
  const move = { fromWarehouseId: ID, toWarehouseId: 'B', productId: ID, qty: 1 }
  assert.ok(trailBytes({ verb: 'transfer', ...move }, 1) > 2 * ID.length * 2)
})

// Run by .ci/run in an empty project with only the packed library: does the published package work?
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import * as holdfast from 'holdfast'
import { memory, openInventory } from 'holdfast'
import { fromKysely, made } from 'holdfast/sql'
import { sqlite } from 'holdfast/sqlite'

// A program that logs `error.name` needs them.
for (const [name, exported] of Object.entries(holdfast))
  if (typeof exported === 'function' && exported.prototype instanceof Error)
    assert.doesNotMatch(exported.name, /^$|\$/, name)

const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
try {
  for (const store of [memory(), sqlite(join(folder, 'try.db'))]) {
    await using inventory = await openInventory({
      store,
      warehouses: [{ id: 'SF', name: 'San Francisco', capacity: 1000, reorderThreshold: 2 }],
    })
    const place = { warehouseId: 'SF', productId: 'LAPTOP' }
    await inventory.addStock({ ...place, qty: 10, source: 'SUPPLIER' })
    const { id: reservationId } = await inventory.reserve({ ...place, qty: 3, ttlMs: 60_000 })
    await inventory.confirm({ reservationId })

    const level = await inventory.stock(place)
    assert.deepEqual([level.available, level.held, level.allocated], [7, 0, 3])
    await assert.rejects(inventory.reserve({ ...place, qty: 8, ttlMs: 60_000 }), {
      code: 'INSUFFICIENT_STOCK',
    })
    const report = await inventory.verify()
    assert.equal(report.ok, true)
  }
  const values = [made('reservationId')]
  const query = { sql: 'INSERT INTO orders (reservation_id) VALUES ($1)', parameters: values }
  assert.deepEqual(fromKysely(query), { text: query.sql, values })
  console.log('the package works: memory and SQLite')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

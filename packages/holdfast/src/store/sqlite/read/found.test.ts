import { deepEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { seqOf } from '../../../model/record-id.ts'
import { openInventory } from '../../../engine/open/open-inventory.ts'
import { buyALot } from '../../../testing/bought-a-lot.ts'
import { Connection, type Row } from '../file/connection.ts'
import { sqlite } from '../index.ts'
import { Found } from './found.ts'
import { Log } from './log.ts'
import { Posted } from './posted.ts'

/** A connection that tells how SQLite goes about what is asked, and counts the rows it gives. */
class Watched extends Connection {
  plans = new Set<string>()
  rows = 0

  override get(sql: string, ...values: Parameters<Connection['get']>[1][]): Row | undefined {
    this.#watch(sql, 1)
    return super.get(sql, ...values)
  }

  override all(sql: string, ...values: Parameters<Connection['all']>[1][]): Row[] {
    const rows = super.all(sql, ...values)
    this.#watch(sql, rows.length)
    return rows
  }

  #watch(sql: string, rows: number): void {
    this.rows += rows
    const plan = this.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
    for (const { detail } of plan) this.plans.add(String(detail))
  }
}

test('holds of an owner who bought a lot are found by their numbers, not among those of all', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'shop.db')
  const inventory = await openInventory({
    store: sqlite({ path, worker: false }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
    sweepMs: 0,
  })
  const id = await buyALot(inventory)
  await inventory.close()

  const connection = new Watched(path, { readOnly: true, cacheKiB: 2000 })
  t.after(() => connection.close())
  const found = new Found(connection, new Log(connection), new Posted(connection))
  for (const holder of [{ owner: 'ann' }, { group: 'order-1' }, { owner: 'ann' }]) {
    connection.plans.clear()
    connection.rows = 0
    const held = connection.atOnce(() => found.heldFor({ holder, count: 1001, now: Date.now() }))
    deepEqual(held, [seqOf(id)])
  }
  const onReservations = [...connection.plans].filter((plan) => / (r|reservation) /.test(plan))
  deepEqual(onReservations, ['SEARCH r USING INTEGER PRIMARY KEY (rowid=?)'])
  ok(connection.rows < 100, `${connection.rows} rows were read`)
})

import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { mkdtempSync, openSync, rmSync, writeSync, closeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { openInventory } from '../../../engine/open/open-inventory.ts'
import { NO_NEEDS } from '../../../testing/nothing.ts'
import type { OpenStore } from '../../store.ts'
import { sqlite } from '../index.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
const path = join(folder, 'shop.db')
const store = sqlite({ path, worker: false })
const place = { warehouseId: 'SF', productId: 'SOCK' }

before(async () => {
  const inventory = await openInventory({ store, warehouses: [{ id: 'SF', name: 'SF' }] })
  await inventory.addStock({ ...place, qty: 10, source: 'S' })
  await inventory.reserve({ ...place, qty: 2, ttlMs: 1e9, owner: 'cart-1' })
  await inventory.close()
})
after(() => rmSync(folder, { recursive: true }))

function change(sql: string): void {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  try {
    db.exec(sql)
  } finally {
    db.close()
  }
}

async function opened<T>(work: (store: OpenStore) => Promise<T>): Promise<T> {
  const open = await store.open({ readOnly: false })
  try {
    return await work(open)
  } finally {
    await open.close()
  }
}

test('the trail is only added to: who wants to forge it must say so first', () => {
  const forgeries = [
    `UPDATE commits SET body = replace(body, '10', '11') WHERE number = 2`,
    'UPDATE commits SET texts = NULL',
    'UPDATE commits SET at = at + 1',
    'DELETE FROM commits WHERE number = 3',
    'DELETE FROM commits',
    `INSERT INTO commits SELECT * FROM commits WHERE number = 3 ON CONFLICT (number) DO UPDATE SET at = 9`,
  ]
  for (const sql of forgeries) throws(() => change(sql), /the trail is only added to/, sql)
  change('DROP TRIGGER commits_not_changed; DROP TRIGGER commits_not_deleted')
})

test('the file itself refuses what cannot be', () => {
  const impossible = [
    'UPDATE level SET available = -1',
    'UPDATE level SET held = -1',
    'UPDATE level SET allocated = -1',
    'UPDATE level SET unsellable = -1',
    'UPDATE level SET unsellable = NULL',
    `UPDATE level SET available = 'many'`,
    'UPDATE reservation SET behind = 0',
    'UPDATE commits SET first_seq = last_seq + 2',
    'UPDATE commits SET body = NULL',
    'UPDATE reservation SET qty = 0',
    'UPDATE reservation SET status = 6',
    'UPDATE reservation SET level_key = NULL',
    'UPDATE reservation SET released = -1',
    'UPDATE reservation SET shipped = -1',
    'UPDATE reservation SET cancelled = -1',
    'UPDATE reservation SET came_back = -1',
    'UPDATE reservation SET released = NULL',
    'UPDATE reservation SET came_back = 1',
    'UPDATE reservation SET released = qty, shipped = 1',
    'UPDATE reservation SET cancelled = qty + 1',
    'UPDATE warehouse SET sells = 2',
    'UPDATE warehouse SET closed = NULL',
    'UPDATE commits SET hash = zeroblob(31)',
    'UPDATE warehouse_stock SET on_hand = -1',
    `INSERT INTO level_key VALUES (2, 'SOCK', 'SF')`,
    `INSERT INTO warehouse (id, name, reorder_threshold, reorder_thresholds, sells, closed) VALUES ('SF', 'x', 0, '[]', 1, 0)`,
    `INSERT INTO transfer VALUES (9, 'SOCK', 'SF', 'NYC', 0, 0, NULL, NULL, NULL, 1, NULL, 1, 9, NULL)`,
  ]
  for (const sql of impossible) throws(() => change(sql), /constraint|cannot store/, sql)
})

test('a number beyond what is exact is damage, not a crash', async () => {
  change(`UPDATE level SET available = ${2n ** 53n}`)
  await opened(async ({ reader, writer }) => {
    await rejects(reader.level(place, 0), { code: 'STORE_DAMAGED' })
    await rejects(reader.levels({ limit: 5, now: 0 }), { code: 'STORE_DAMAGED' })
    await rejects(writer!.load({ ...NO_NEEDS, levels: [place] }), { outcome: 'not-committed' })
    equal((await reader.head()).seq, 3)
  })
  change('UPDATE level SET available = 8')
  change(`UPDATE commits SET body = substr(body, 2) WHERE number = 3`)
  await opened(async ({ reader }) => {
    await rejects(reader.entries({ afterSeq: 0, limit: 9 }), { code: 'STORE_DAMAGED' })
    deepEqual((await reader.entries({ afterSeq: 0, limit: 2 })).rows.length, 2)
  })
  change(`UPDATE commits SET body = '{' || body WHERE number = 3`)
  change(`UPDATE commits SET last_seq = ${2n ** 53n} WHERE number = 3`)
  await rejects(openInventory({ store }), { code: 'STORE_DAMAGED' })
  change('UPDATE commits SET last_seq = 3 WHERE number = 3')
})

test('people can read the file', () => {
  const db = new DatabaseSync(path, { readOnly: true })
  const all = (view: string): Record<string, unknown>[] => db.prepare(`SELECT * FROM ${view}`).all()
  const [stock] = all('stock')
  deepEqual([stock!['warehouse_id'], stock!['product_id']], ['SF', 'SOCK'])
  deepEqual([stock!['available'], stock!['reserved'], stock!['on_hand']], [8, 2, 10])
  const [reservation] = all('reservations')
  equal(reservation!['status'], 'PENDING')
  equal(reservation!['owner'], 'cart-1')
  ok(String(reservation!['id']).startsWith('00000000-0000-8003-800'))
  const trail = all('trail')
  deepEqual(
    trail.map((entry) => [entry['type'], entry['warehouse_id'], entry['product_id']]),
    [
      ['WAREHOUSE_CHANGED', 'SF', null],
      ['RECEIVED', 'SF', 'SOCK'],
      ['RESERVED', 'SF', 'SOCK'],
    ],
  )
  deepEqual(all('transfers'), [])
  db.close()
})

test('SQLite says what it finds wrong with its own pages', async () => {
  const dropped = [
    'the trigger commits_not_changed is missing',
    'the trigger commits_not_deleted is missing',
  ]
  deepEqual(await opened(async ({ reader }) => reader.integrity()), dropped)
  const db = new DatabaseSync(path, { readOnly: true })
  const where = `SELECT pageno FROM dbstat WHERE name = 'idempotency'`
  const page = Number(db.prepare(where).get()!['pageno'])
  db.close()
  const file = openSync(path, 'r+')
  writeSync(file, Buffer.alloc(64, 7), 0, 64, (page - 1) * 4096)
  closeSync(file)
  const reading = await sqlite({ path, worker: false }).open({ readOnly: true })
  equal((await reading.reader.head()).seq, 3)
  ok((await reading.reader.integrity()).length > dropped.length)
  await reading.close()
})

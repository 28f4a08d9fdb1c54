import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { failure, refusal } from 'holdfast/testing'
import { collect } from '../../src/testing/listing.ts'
import { Client } from 'pg'
import { Server } from './support/server.ts'

const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

test('a standby that is late is no refusal: it says so, and knows the position a moment later', async (t) => {
  const primary = await Server.start()
  if (primary === null) return t.skip('there is no PostgreSQL for this machine')
  t.after(() => primary.stop())
  await using inventory = await openInventory({
    store: postgres({ connectionString: primary.url }),
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  const standby = await primary.standby()
  t.after(() => standby.stop())
  await ask(standby.url, 'SELECT pg_wal_replay_pause()')
  while ((await ask(standby.url, 'SELECT pg_get_wal_replay_pause_state()')) !== 'paused');
  const { seq } = await inventory.addStock(ADD)
  await using reader = await openInventory({
    store: postgres({ connectionString: standby.url }),
    readOnly: true,
  })
  const late = { after: seq, limit: 1 }
  for (const read of [() => reader.audit(late), () => reader.feed(late)]) {
    const { code, details } = await failure(() => collect(read()))
    deepEqual([code, details], ['STORE_UNAVAILABLE', { after: seq, seq: seq - 1 }])
  }
  equal((await refusal(() => collect(inventory.audit({ after: seq + 1 })))).code, 'POSITION_AHEAD')
  await ask(standby.url, 'SELECT pg_wal_replay_resume()')
  while ((await reader.head()).seq < seq);
  const next = collect(reader.feed(late))
  await inventory.addStock(ADD)
  deepEqual(
    (await next).map((entry) => entry.seq),
    [seq + 1],
  )
})

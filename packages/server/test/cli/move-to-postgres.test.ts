import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { openInventory, openOf, type Inventory, type Reservation } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import { Client } from 'pg'
import { pool, server, url } from '../../../holdfast/test/postgres/support/place.ts'
import { until } from '../../../holdfast/test/postgres/support/until.ts'

const ROOT = resolve(import.meta.dirname, '../../../..')
const OWN = { skip: server === null && 'the server that DATABASE_URL names is not ours to change' }
const URL_ON_THE_PAGE = 'postgres://user@host/database'
const FLAG = ' --reserved-as-available'
const STEP = /^ *```(ts|sh)\n([^]*?)^ *```\n/gm
const CUP = { warehouseId: 'SF', productId: 'CUP' }

test(
  'a shop moves from a file to PostgreSQL as the page says, with every unit and open reservation',
  OWN,
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-move-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const store = sqlite({ path: join(folder, 'stock.db') })
    await makeShop(store)
    await pool.query('CREATE DATABASE move')
    const to = new URL(url)
    to.pathname = '/move'
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    const path = [join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
    const env = { ...process.env, PATH: path, DATABASE_URL: to.href }
    const run = (program: string, ...args: string[]) =>
      promisify(execFile)(program, args, { cwd: folder, env })

    for (const [language, code] of steps()) {
      if (language === 'ts') {
        writeFileSync(join(folder, 'move.ts'), code)
        const move = async () => run(process.execPath, '--conditions=source', 'move.ts')
        // As the page says, it may be started twice, and a step can be repeated.
        await atOnce(to.href, move)
        await move()
        continue
      }
      const script = code.replaceAll(URL_ON_THE_PAGE, to.href)
      if (script.includes(FLAG)) {
        const refused = await run('bash', '-euc', script.replace(FLAG, '')).catch(
          (error: unknown) => error as { code: number; stderr: string },
        )
        match(refused.stderr, /^refused: RESERVED_UNITS: 8 units are held or sold in stock.csv/m)
        await run('bash', '-euc', script.trim().split('\n').at(-1)!)
        continue
      }
      const { stdout } = await run('bash', '-euc', script)
      if (script.includes('diff ')) match(stdout, /^verified: /)
    }

    await using file = await openInventory({ store, readOnly: true })
    await using moved = await openInventory({
      store: postgres({ connectionString: to.href, schema: 'stock' }),
      readOnly: true,
    })
    const old = await open(file)
    equal(old.length, 3)
    for (const one of old) {
      const ids = new Set<string | null>()
      for await (const entry of moved.audit({ reference: `moved:${one.id}` }))
        ids.add(entry.reservationId)
      const [reservationId, ...others] = ids
      deepEqual(others, [])
      const again = await moved.getReservation({ reservationId: reservationId! })
      deepEqual(told(again), told(one))
      ok(one.status === 'CONFIRMED' || Math.abs(again.expiresAt - one.expiresAt) < 60_000)
    }
    equal((await open(moved)).length, 3)
    const counts = { available: 4, held: 2, allocated: 6, unsellable: 2 }
    for (const inventory of [file, moved])
      deepEqual({ ...(await inventory.stock(CUP)), ...counts }, await inventory.stock(CUP))
  },
)

/** Two runs, each of which has looked what is there before the other one writes. */
async function atOnce(connectionString: string, run: () => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString })
  await client.connect()
  await client.query('BEGIN; SELECT FROM stock.head_lock FOR UPDATE')
  const runs = Promise.allSettled([run(), run()])
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = 'move' AND wait_event_type = 'Lock'`
  await until(async () => (await pool.query(waiting)).rowCount === 2)
  await client.query('COMMIT')
  await client.end()
  await runs
}

/** The programs of the section, in order, as they stand in its list. */
function steps(): [string, string][] {
  const page = readFileSync(join(ROOT, 'docs/postgres.md'), 'utf8')
  const section = /^## From a file to PostgreSQL\n[^]*?^## /m.exec(page)![0]
  const found = [...section.matchAll(STEP)].map(([, language, code]): [string, string] => [
    language!,
    code!,
  ])
  deepEqual(
    found.map(([language]) => language),
    ['sh', 'sh', 'ts', 'sh'],
  )
  return found
}

/** Holds, sales, a sale of which some are shipped, a hold that is over, and a level without units. */
async function makeShop(store: ReturnType<typeof sqlite>): Promise<void> {
  const warehouses = [
    { id: 'SF', name: 'San Francisco' },
    { id: 'NYC', name: 'New York' },
  ]
  await using inventory = await openInventory({ store, warehouses })
  await inventory.addStock({ ...CUP, qty: 14, source: 'S' })
  await inventory.addStock({ ...CUP, qty: 2, source: 'S', into: 'unsellable' })
  await inventory.reserve({ ...CUP, qty: 2, ttlMs: 3_600_000, owner: 'cart-1', group: 'order-1' })
  await inventory.reserve({ ...CUP, qty: 1, ttlMs: 1, owner: 'cart-2' })
  await inventory.sell({ ...CUP, qty: 5, group: 'order-2' })
  const sale = await inventory.sell({ ...CUP, qty: 3, owner: 'cart-3' })
  await inventory.ship({ reservationId: sale.id, qty: 2 })
  const hat = { warehouseId: 'NYC', productId: 'HAT' }
  await inventory.addStock({ ...hat, qty: 1, source: 'S' })
  await inventory.removeStock({ ...hat, qty: 1, reason: 'R' })
}

async function open(inventory: Pick<Inventory, 'listReservations'>): Promise<Reservation[]> {
  const pages = [
    await inventory.listReservations({ status: 'PENDING' }),
    await inventory.listReservations({ status: 'CONFIRMED' }),
  ]
  return pages.flatMap(({ items }) =>
    items.filter(({ expiresAt, status }) => status === 'CONFIRMED' || expiresAt > Date.now()),
  )
}

function told(one: Reservation): object {
  const { warehouseId, productId, status, owner, group } = one
  return { warehouseId, productId, status, owner, group, open: openOf(one) }
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { Command } from '../../../model/commands/commands.ts'
import { openInventory } from '../../../engine/open/open-inventory.ts'
import { manualClock } from '../../../testing/manual-clock.ts'
import { refusal } from '../../../testing/refusal.ts'
import { Connection, type Row } from '../file/connection.ts'
import { DueHolds } from './due-holds.ts'
import { claims, earliestHolds } from './holds.ts'
import { sqlite } from '../index.ts'

const START = 1_700_000_000_000
const HOUR = 3_600_000

/** A connection that counts the rows it gives. */
class Counted extends Connection {
  rows = 0

  override get(...given: Parameters<Connection['get']>): Row | undefined {
    this.rows++
    return super.get(...given)
  }

  override *iterate(...given: Parameters<Connection['iterate']>): IterableIterator<Row> {
    for (const row of super.iterate(...given)) {
      this.rows++
      yield row
    }
  }
}

/** A shop on a file; `hold` holds units of a product one by one, as many as `expiries`. */
async function shop(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'shop.db')
  const clock = manualClock(START)
  const open = () =>
    openInventory({
      store: sqlite({ path, worker: false }),
      warehouses: [{ id: 'SF', name: 'San Francisco' }],
      clock: clock.now,
      monotonicClock: clock.monotonic,
      sweepMs: 0,
    })
  const inventory = await open()
  const at = (productId: string) => ({ warehouseId: 'SF', productId })
  const stock = (productId: string, qty: number) =>
    inventory.addStock({ ...at(productId), qty, source: 'S' })
  const hold = async (productId: string, ttls: readonly number[]): Promise<void> => {
    for (let from = 0; from < ttls.length; from += 1000) {
      const commands = ttls
        .slice(from, from + 1000)
        .map((ttlMs) => ({ verb: 'reserve', ...at(productId), qty: 1, ttlMs }) as const)
      await inventory.batch({ commands })
    }
  }
  const churn = async (productId: string, count: number): Promise<void> => {
    for (let done = 0; done < count; done += 500) {
      await stock(productId, 500)
      const hold: Command = { verb: 'reserve', ...at(productId), qty: 1, ttlMs: HOUR }
      const { answers } = await inventory.batch({
        commands: Array.from({ length: 500 }, () => hold),
      })
      const commands = answers.map((answer): Command => {
        ok(answer.ok)
        return { verb: 'release', reservationId: (answer as { id: string }).id }
      })
      await inventory.batch({ commands })
      await inventory.removeStock({ ...at(productId), qty: 500, reason: 'GIFT' })
    }
  }
  const counted = (): Counted => {
    const connection = new Counted(path, { readOnly: true, cacheKiB: 2000 })
    t.after(() => connection.db.close())
    return connection
  }
  return { inventory, open, clock, at, stock, hold, churn, counted }
}

test('the earliest holds of a level cost little, however many others the shop has', async (t) => {
  const { inventory, open, at, stock, hold, churn, counted } = await shop(t)
  await stock('OTHER', 30_000)
  for (const product of ['FEW', 'OLD', 'SOON']) await stock(product, 2)
  await hold('SOON', [5, HOUR])
  await hold('FEW', [2 * HOUR, 3 * HOUR])
  await hold('OLD', [2 * HOUR, 3 * HOUR])
  await churn('OLD', 1500)
  const ttls = Array.from({ length: 20_000 }, (_, i) => 100_000 + i)
  await hold('OTHER', ttls)
  const keys = { OTHER: 1, FEW: 2, OLD: 3, SOON: 4 }
  await inventory.close()

  const find = (key: number) => {
    const connection = counted()
    const [found] = earliestHolds(
      connection,
      [{ key, count: 64, now: START }],
      new DueHolds(connection),
    )
    ok(connection.rows < 2200, `${connection.rows} rows were read`)
    return {
      ttls: found!.holds.map(({ record }) => record.expiresAt - START),
      end: found!.end === null ? null : found!.end.expiresAt - START,
      gaveUp: found!.gaveUp,
    }
  }
  deepEqual(find(keys.FEW), { ttls: [2 * HOUR, 3 * HOUR], end: null, gaveUp: false })
  deepEqual(find(keys.SOON), { ttls: [5], end: 100_998, gaveUp: false })
  deepEqual(find(keys.OLD), { ttls: [], end: 100_998, gaveUp: true })
  deepEqual(find(keys.OTHER), { ttls: ttls.slice(0, 64), end: 100_063, gaveUp: false })

  await using again = await open()
  const next = async (productId: string): Promise<unknown> => {
    const command = { ...at(productId), qty: 9, ttlMs: HOUR }
    const { details } = await refusal(() => again.reserve(command))
    return details['nextExpiryAt']
  }
  equal(await next('SOON'), START + 5)
  equal(await next('FEW'), START + 2 * HOUR)
  equal(await next('OLD'), null)
  equal(await next('OLD'), null)
})

test('whatever is over is found, however many others are over and however many end together', async (t) => {
  const { inventory, open, clock, at, stock, hold, churn } = await shop(t)
  for (const product of ['OTHER', 'OLD']) await stock(product, 5000)
  await hold('OTHER', new Array<number>(5000).fill(10))
  await hold('OLD', new Array<number>(3000).fill(10))
  await churn('OLD', 1500)
  await hold('OLD', new Array<number>(2000).fill(20))
  await inventory.close()
  await using again = await open()
  const take = (qty: number) => again.reserve({ ...at('OLD'), qty, ttlMs: HOUR })
  const available = async (): Promise<unknown> =>
    (await refusal(() => take(9999))).details['available']
  equal(await available(), 0)
  clock.advance(11)
  equal(await available(), 3000)
  await take(1000)
  equal(await available(), 2000)
  clock.advance(10)
  // In one batch, the second sees what the first has written down.
  const three = [1000, 1500, 1600].map(
    (qty) => ({ verb: 'reserve', ...at('OLD'), qty, ttlMs: HOUR }) as const,
  )
  const { answers } = await again.batch({ commands: three })
  deepEqual(
    answers.map((answer) => {
      if (answer.ok) return answer.qty
      return answer.code === 'INSUFFICIENT_STOCK' ? answer.details.available : answer.code
    }),
    [1000, 1500, 1500],
  )
  equal(await available(), 1500)
  equal((await again.stock(at('OLD'))).available, 1500)
  equal((await again.verify()).ok, true)
})

test('claims of a level are looked for along a thousand of its reservations, not along all', async (t) => {
  const { inventory, stock, hold, churn, counted, at } = await shop(t)
  await stock('OLD', 2)
  await hold('OLD', [HOUR])
  await churn('OLD', 1500)
  const { code, details } = await refusal(() => inventory.countStock({ ...at('OLD'), onHand: 0 }))
  deepEqual([code, details['reserved'], details['reservations']], ['INSUFFICIENT_STOCK', 1, []])
  await inventory.close()
  const connection = counted()
  deepEqual(claims(connection, 1, 10), [])
  ok(connection.rows < 2100, `${connection.rows} rows were read`)
})

// The stock page under load: many products, changes arriving, somebody scrolling all the while. Counts
// frames in the page itself and looks at its memory after a collection.
//   npm run stress -- console-load                       100,000 products, 2,000 changes a second, ten minutes
//   npm run stress -- console-load --minutes 3 --products 20000 --rate 500
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openInventory, type Command, type Inventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { startService } from '@holdfast/server'
import type { CDPSession, Page } from 'playwright-core'
import { launch } from '../browser/browser.ts'
import { scriptArguments } from '../../../../scripts/script-arguments.mjs'

const { values } = scriptArguments(import.meta.filename, {
  products: { type: 'string', default: '100000' },
  rate: { type: 'string', default: '2000' },
  minutes: { type: 'string', default: '10' },
})
const products = Number(values.products)
const rate = Number(values.rate)
const minutes = Number(values.minutes)
const WAREHOUSES = ['SF', 'NYC']
const STEP_MS = 50
const ROUND_MS = 15_000

const folder = mkdtempSync(join(tmpdir(), 'holdfast-load-'))
const inventory = await openInventory({
  store: sqlite({ path: join(folder, 'stock.db') }),
  warehouses: WAREHOUSES.map((id) => ({ id, name: id, reorderThreshold: 5 })),
})
const productAt = (index: number): string => `PRODUCT-${String(index).padStart(6, '0')}`
await fill(inventory)
const service = await startService({ inventory, port: 0 })
const browser = await launch()
const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
const session = await page.context().newCDPSession(page)

const began = performance.now()
await page.goto(`${service.url}/#/stock`)
await page.getByText(`${products.toLocaleString('en-US')} products`).waitFor({ timeout: 120_000 })
const loadMs = performance.now() - began
console.log(`loaded ${products * WAREHOUSES.length} levels in ${(loadMs / 1000).toFixed(1)} s`)

const changes = { sent: 0, isOver: false }
const changing = change(inventory)
await page.locator('.grid').hover()
const rows = []
for (let at = performance.now(), end = at + minutes * 60_000; at < end; at = performance.now()) {
  rows.push(await round(page, session))
  console.log(rows.at(-1))
}
changes.isOver = true
await changing
const behind = (await inventory.head()).seq
console.table(rows)
const heaps = rows.map(({ heapMB }) => heapMB)
const slowest = Math.min(...rows.map(({ fps }) => fps))
console.log(
  `slowest ${ROUND_MS / 1000} s: ${slowest} frames a second; worst 99th percentile of a frame: ${Math.max(...rows.map(({ p99Ms }) => p99Ms))} ms`,
)
console.log(
  `heap ${heaps[0]} MB after the first round, ${heaps.at(-1)} MB after the last; ${behind} entries in the trail`,
)
await browser.close()
await service.close()
await inventory.close()
rmSync(folder, { recursive: true, force: true })

async function fill(into: Inventory): Promise<void> {
  for (let from = 0; from < products; from += 500) {
    const commands: Command[] = []
    for (let index = from; index < Math.min(from + 500, products); index++)
      for (const warehouseId of WAREHOUSES)
        commands.push({
          verb: 'addStock',
          warehouseId,
          productId: productAt(index),
          qty: 1 + ((index * 7) % 90),
          source: 'S',
        })
    await into.batch({ commands })
  }
}

/** Changes this many entries a second, spread over everything: units come in, are held and released. */
async function change(of: Inventory): Promise<void> {
  const start = performance.now()
  let held: string[] = []
  while (!changes.isOver) {
    const due = Math.floor(((performance.now() - start) / 1000) * rate) - changes.sent
    if (due > 0) {
      const commands: Command[] = held.map((reservationId) => ({ verb: 'release', reservationId }))
      while (commands.length < due) {
        const place = {
          productId: productAt(Math.floor(Math.random() * products)),
          warehouseId: WAREHOUSES[Math.floor(Math.random() * WAREHOUSES.length)]!,
        }
        if (commands.length % 3 === 0)
          commands.push({ verb: 'addStock', ...place, qty: 1, source: 'S' })
        else commands.push({ verb: 'reserve', ...place, qty: 1, ttlMs: 900_000 })
      }
      const { answers } = await of.batch({ commands: commands.slice(0, 1000) })
      held = answers.flatMap((answer) =>
        answer.ok && 'status' in answer && answer.status === 'PENDING' && 'id' in answer
          ? [answer.id]
          : [],
      )
      changes.sent += answers.length
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS))
  }
}

interface Round {
  readonly fps: number
  readonly p99Ms: number
  readonly longestMs: number
  readonly heapMB: number
  readonly nodes: number
  readonly changesPerSecond: number
  readonly lagMs: number
}

/** Scrolls up and down for a while, frame by frame, and counts the frames. */
async function round(of: Page, cdp: CDPSession): Promise<Round> {
  const sentBefore = changes.sent
  const frames = await of.evaluate(
    (forMs) =>
      new Promise<number[]>((resolve) => {
        const grid = document.querySelector('.grid')!
        const times: number[] = []
        const start = performance.now()
        let last = start
        let speed = 60
        const frame = (now: number): void => {
          times.push(now - last)
          last = now
          // Sometimes in leaps, as with the scroll bar.
          const step = times.length % 200 === 0 ? 200_000 : speed
          grid.scrollTop += step * Math.sign(speed)
          const isAtEnd = grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1
          if (isAtEnd || grid.scrollTop === 0) speed = -speed
          if (now - start < forMs) requestAnimationFrame(frame)
          else resolve(times.slice(1))
        }
        requestAnimationFrame(frame)
      }),
    ROUND_MS,
  )
  const total = frames.reduce((sum, ms) => sum + ms, 0)
  const sorted = frames.toSorted((a, b) => a - b)
  const sent = changes.sent - sentBefore
  await cdp.send('HeapProfiler.collectGarbage')
  // The levels' flat arrays are outside the heap.
  const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage')
  const { nodes } = await cdp.send('Memory.getDOMCounters')
  return {
    fps: Math.round((frames.length / total) * 10_000) / 10,
    p99Ms: Math.round(sorted[Math.floor(sorted.length * 0.99)]!),
    longestMs: Math.round(sorted.at(-1)!),
    heapMB: Math.round((usedSize + backingStorageSize) / 104_857.6) / 10,
    nodes,
    changesPerSecond: Math.round(sent / (total / 1000)),
    lagMs: await lagOf(of),
  }
}

/** How long after its commit a change is on the screen. */
async function lagOf(of: Page): Promise<number> {
  await of.evaluate(() => document.querySelector('.grid')!.scrollTo({ top: 0 }))
  const place = { productId: productAt(0), warehouseId: 'SF' }
  const { available } = await inventory.addStock({ ...place, qty: 1, source: 'LAG' })
  const start = performance.now()
  const row = of.getByRole('row', { name: new RegExp(`^${productAt(0)}`) })
  await row
    .getByText(String(available), { exact: true })
    .first()
    .waitFor({ timeout: 20_000 })
    .catch(() => undefined)
  return Math.round(performance.now() - start)
}

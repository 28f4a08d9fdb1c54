import type { Inventory, Reservation } from 'holdfast'
import { inFlight } from './callers.ts'
import type { Bench } from './line.ts'
import { percentile, atMost, rowOf, type Row } from './table.ts'
import { fill, PLENTY, productId, TTL_MS, WAREHOUSE } from './shop.ts'
import { randomPicks } from './workload.ts'

const PRODUCTS = 10_000
const BUYERS = 1024
/** So many entries are asked for, and records. */
const PAGE = 100
const CALLERS = 64
const [IDLE_MS, BUSY_MS] = [20, 60]
const OTHER = 'OTHER'

/** A shop that has seen this many reservations, a third as many as entries. */
export interface ReadShop {
  readonly inventory: Inventory
  readonly orders: number
  readonly seen: readonly Reservation[]
}

/**
 * Orders by owners of which some come again: held, two thirds sold and shipped, some released; each with a reference
 * and a group of its own. A hundredth of the orders moves stock.
 */
export async function fillForReads(inventory: Inventory, orders: number): Promise<ReadShop> {
  const owners = Math.ceil(orders / 3)
  await fill(inventory, PRODUCTS, PLENTY)
  const picks = randomPicks(orders, PRODUCTS)
  const people = randomPicks(orders, owners, 12_345)
  const seen: Reservation[] = []
  let told = performance.now()
  await inFlight(BUYERS, orders, async (index) => {
    const product = productId(picks[index]!)
    const order = { reference: { type: 'order', id: String(index) }, group: `order-${index}` }
    const owner = `customer-${people[index]!}`
    const hold = { warehouseId: WAREHOUSE, productId: product, qty: 1, ttlMs: TTL_MS, owner }
    const { id } = await inventory.reserve({ ...hold, ...order })
    if (index % 100 === 0) {
      seen.push(await inventory.getReservation({ reservationId: id }))
      const sides = { fromWarehouseId: WAREHOUSE, toWarehouseId: OTHER }
      await inventory.transfer({ ...sides, productId: product, qty: 1, ...order })
    }
    if (index % 3 === 0) await inventory.release({ reservationId: id, ...order })
    else {
      await inventory.confirm({ reservationId: id, ...order })
      // Some are sold, and wait to be sent.
      if (index % 50 !== 1) await inventory.ship({ reservationId: id, ...order })
    }
    if (performance.now() - told < 10_000) return
    told = performance.now()
    process.stderr.write(`${Math.round((100 * index) / orders)} % `)
  })
  return { inventory, orders, seen }
}

/** By name; each gets the index of the read, which chooses what is read. */
type Reads = Readonly<Record<string, (index: number) => Promise<unknown>>>

/** Every read that has to be quick in a large shop: its 95th percentile, alone and beside 64 callers. */
export async function readRows(bench: Bench, store: string, shop: ReadShop): Promise<Row[]> {
  const times = bench.operations(400)
  const reads = await readsOf(shop, randomPicks(times, shop.seen.length, 777))
  const idle = await measured(reads, times, store, 'idle', IDLE_MS)
  const busy = await besideCallers(shop.inventory, () =>
    measured(reads, times, store, `beside ${CALLERS} callers`, BUSY_MS),
  )
  return [...idle, ...busy]
}

async function readsOf({ inventory, seen, orders }: ReadShop, picks: Int32Array): Promise<Reads> {
  const one = (index: number): Reservation => seen[picks[index % picks.length]!]!
  const { items: transfers } = await inventory.listTransfers({ limit: 1000 })
  const transferId = (index: number): string => transfers[index % transfers.length]!.id
  const [first, last] = [seen[0]!.createdAt, seen.at(-1)!.createdAt]
  const place = (index: number) => ({ warehouseId: WAREHOUSE, productId: one(index).productId })
  const order = (index: number): number => (picks[index % picks.length]! * 7919) % orders

  return {
    stock: (index) => inventory.stock(place(index)),
    listStock: (index) => inventory.listStock({ prefix: one(index).productId.slice(0, -2) }),
    getReservation: (index) => inventory.getReservation({ reservationId: one(index).id }),
    'listReservations by owner': (index) =>
      listed((cursor) => inventory.listReservations({ owner: one(index).owner!, cursor })),
    'listReservations by product': (index) =>
      listed((cursor) => inventory.listReservations({ productId: one(index).productId, cursor })),
    'listReservations by group': (index) =>
      listed((cursor) => inventory.listReservations({ group: `order-${order(index)}`, cursor })),
    'listReservations CONFIRMED': () =>
      listed((cursor) => inventory.listReservations({ status: 'CONFIRMED', cursor })),
    getTransfer: (index) => inventory.getTransfer({ transferId: transferId(index) }),
    listTransfers: () => listed((cursor) => inventory.listTransfers({ cursor })),
    'listTransfers by product': (index) =>
      listed((cursor) => inventory.listTransfers({ productId: one(index).productId, cursor })),
    'audit by product': (index) => audited(inventory, { productId: one(index).productId }),
    'audit by level': (index) => audited(inventory, place(index)),
    'audit by reservation': (index) => audited(inventory, { reservationId: one(index).id }),
    'audit by transfer': (index) => audited(inventory, { transferId: transferId(index) }),
    'audit by reference': (index) => audited(inventory, { reference: `order:${order(index)}` }),
    'audit by group': (index) => audited(inventory, { group: `order-${order(index)}` }),
    stockAt: (index) =>
      inventory.stockAt({
        ...place(index),
        time: Math.floor(first + ((last - first) * (index % 97)) / 97),
      }),
    explain: (index) => inventory.explain(place(index)),
  }
}

/** A row for each read. */
async function measured(
  reads: Reads,
  times: number,
  store: string,
  beside: string,
  goalMs: number,
): Promise<Row[]> {
  const rows: Row[] = []
  for (const [name, read] of Object.entries(reads)) {
    const sorted = (await timed(read, times)).toSorted((a, b) => a - b)
    rows.push(
      rowOf({
        title: `${store}, ${name}, 95th percentile, ${beside}`,
        unit: 'ms',
        ours: [percentile(sorted, 0.95)],
        goal: atMost(goalMs),
        notes: [`median ${percentile(sorted, 0.5).toFixed(1)} ms`],
      }),
    )
  }
  return rows
}

/** How long each of these reads took, in milliseconds. */
async function timed(read: Reads[string], times: number): Promise<number[]> {
  const ms: number[] = []
  for (let index = 0; index < times; index++) {
    const start = performance.now()
    await read(index)
    ms.push(performance.now() - start)
  }
  return ms
}

/** Does the work while 64 callers reserve, each one hold after another. */
async function besideCallers<T>(inventory: Inventory, work: () => Promise<T>): Promise<T> {
  const done = new AbortController()
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let index = caller; !done.signal.aborted; index += CALLERS) {
      const product = productId((index * 7919) % PRODUCTS)
      const hold = { warehouseId: WAREHOUSE, productId: product, qty: 1, ttlMs: TTL_MS }
      await inventory.reserve({ ...hold, owner: `customer-${index}` })
    }
  })
  const busy = Promise.all(callers)
  const result = await work()
  done.abort()
  await busy
  return result
}

/** Until a page is full, or the list ends. */
async function listed(
  page: (
    cursor: string | undefined,
  ) => Promise<{ items: readonly unknown[]; cursor: string | null }>,
): Promise<number> {
  let found = 0
  for (let cursor: string | null | undefined; cursor !== null && found < PAGE;) {
    const next: { items: readonly unknown[]; cursor: string | null } = await page(cursor)
    found += next.items.length
    cursor = next.cursor
  }
  return found
}

async function audited(
  inventory: Inventory,
  filter: Parameters<Inventory['audit']>[0],
): Promise<number> {
  let found = 0
  for await (const _entry of inventory.audit({ ...filter, limit: PAGE })) found++
  if (found === 0) throw new Error(`nothing was found by ${JSON.stringify(filter)}`)
  return found
}

export const READ_WAREHOUSES = [
  { id: WAREHOUSE, name: 'Main' },
  { id: OTHER, name: 'Other' },
]

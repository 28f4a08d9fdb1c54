import { openInventory, type Inventory, type CommandOf, type InventoryOptions } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { inFlight } from './callers.ts'

export const WAREHOUSE = 'MAIN'
/** So long that nothing expires during the measurement. */
export const TTL_MS = 3_600_000
/** So many of each product that nothing sells out. */
export const PLENTY = 1_000_000_000

export function openShop(
  store: InventoryOptions['store'],
  options: Partial<InventoryOptions> = {},
): Promise<Inventory> {
  return openInventory({ store, warehouses: [{ id: WAREHOUSE, name: 'Main' }], ...options })
}

/** A new file with this many levels and entries. */
export async function filledShop(path: string, levels: number): Promise<Inventory> {
  const shop = await openShop(sqlite({ path }))
  await fill(shop, levels)
  return shop
}

export function productId(number: number): string {
  return `SKU-${String(number).padStart(8, '0')}`
}

export function productIds(count: number): string[] {
  return Array.from({ length: count }, (_, number) => productId(number))
}

export function reserveOf(product: string): CommandOf<'reserve'> {
  return { warehouseId: WAREHOUSE, productId: product, qty: 1, ttlMs: TTL_MS }
}

/** Reserves one unit of each product in `picks`, with concurrent callers. Resolves with reserves per second. */
export function reserveAll(
  shop: Inventory,
  callers: number,
  picks: Int32Array,
  products: readonly string[],
): Promise<number> {
  return inFlight(callers, picks.length, (index) =>
    shop.reserve(reserveOf(products[picks[index]!]!)),
  )
}

/** Receives `qty` of each product: one level and one entry each. */
export async function fill(shop: Inventory, levels: number, qty = PLENTY): Promise<void> {
  const batches = Math.ceil(levels / 1000)
  let next = 0
  const filler = async (): Promise<void> => {
    while (next < batches) await fillThousand(shop, next++ * 1000, levels, qty)
  }
  // The next batch is made while one is written.
  await Promise.all([filler(), filler(), filler()])
}

async function fillThousand(shop: Inventory, from: number, levels: number, qty: number) {
  const commands = Array.from({ length: Math.min(1000, levels - from) }, (_, index) => ({
    verb: 'addStock' as const,
    warehouseId: WAREHOUSE,
    productId: productId(from + index),
    qty,
    source: 'SUPPLIER',
  }))
  const { answers } = await shop.batch({ commands })
  const refused = answers.find((answer) => !answer.ok)
  if (refused !== undefined) throw new Error(`filling the shop: ${JSON.stringify(refused)}`)
}

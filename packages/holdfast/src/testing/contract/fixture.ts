import type { TestContext } from 'node:test'
import type { WarehouseOptions } from '../../model/warehouse-record.ts'
import type { Inventory } from '../../engine/inventory.ts'
import type { InventoryOptions } from '../../engine/open/options.ts'
import { manualClock, type ManualClock } from '../manual-clock.ts'

export type OpenOptions = Omit<InventoryOptions, 'store'>

/** A place for an inventory. */
export interface Shop {
  /** Opens the inventory; after it was closed, opens it again with its contents. */
  readonly open: (options: OpenOptions) => Promise<Inventory>
}

/** Makes a new, empty place. Clean up in `t.after`. */
export type MakeShop = (t: TestContext) => Shop | Promise<Shop>

/** TINY has room for 5 units; in LA a product is low at 3, BOOT at 8. */
export const WAREHOUSES: readonly WarehouseOptions[] = [
  { id: 'SF', name: 'San Francisco' },
  { id: 'NYC', name: 'New York' },
  { id: 'TINY', name: 'Tiny', capacity: 5 },
  { id: 'LA', name: 'Los Angeles', reorderThreshold: 3, reorderThresholds: { BOOT: 8 } },
]

export const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
export const MOVE = { fromWarehouseId: 'SF', toWarehouseId: 'NYC', productId: 'SOCK' }

/** The time at which every fixture's clock starts. */
export const START = 1_700_000_000_000
/** A cart's minute. */
export const TTL = 60_000

export interface Fixture {
  readonly inventory: Inventory
  readonly clock: ManualClock
  /** `seq` of the newest entry at the start: those of the warehouses. */
  readonly began: number
  readonly shop: Shop
  /** Opens the shop again, with the fixture's clock. It is closed at the end of the test. */
  readonly open: (options?: OpenOptions) => Promise<Inventory>
  readonly socks: (qty: number, warehouseId?: string) => Promise<void>
  /** Holds SOCKs, and resolves with the id. */
  readonly hold: (qty: number, ttlMs?: number, warehouseId?: string) => Promise<string>
  /** `available/held/allocated` of a product, as a read shows it. */
  readonly counts: (productId?: string, warehouseId?: string) => Promise<string>
  /** `type qty` of each entry after a position. */
  readonly trail: (after?: number) => Promise<string[]>
}

/** An open inventory with four empty warehouses, a manual clock and no sweeper. */
export async function openFixture(
  t: TestContext,
  makeShop: MakeShop,
  options: OpenOptions = {},
): Promise<Fixture> {
  const clock = manualClock(START)
  // Hooks run in the order they were added: everything is closed before the place is cleaned up.
  const all: Inventory[] = []
  t.after(() => Promise.all(all.map((one) => one.close())))
  const shop = await makeShop(t)
  const open = async (more: OpenOptions = {}): Promise<Inventory> => {
    const opened = await shop.open({
      clock: clock.now,
      monotonicClock: clock.monotonic,
      uptimeClock: clock.uptime,
      sweepMs: 0,
      ...more,
    })
    all.push(opened)
    return opened
  }
  const inventory = await open({ warehouses: WAREHOUSES, ...options })
  const { seq: began } = await inventory.head()
  return {
    inventory,
    clock,
    began,
    shop,
    open,
    socks: async (qty, warehouseId = 'SF') => {
      await inventory.addStock({ warehouseId, productId: 'SOCK', qty, source: 'SUPPLIER' })
    },
    hold: async (qty, ttlMs = TTL, warehouseId = 'SF') => {
      const { id } = await inventory.reserve({ warehouseId, productId: 'SOCK', qty, ttlMs })
      return id
    },
    counts: async (productId = 'SOCK', warehouseId = 'SF') => {
      const { available, held, allocated } = await inventory.stock({ warehouseId, productId })
      return `${available}/${held}/${allocated}`
    },
    trail: async (after = began) => {
      const lines: string[] = []
      for await (const { type, qty } of inventory.audit({ after })) lines.push(`${type} ${qty}`)
      return lines
    },
  }
}

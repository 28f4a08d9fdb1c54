import { approvalAbove, openInventory, type Inventory } from 'holdfast'
import { dice, manualClock, step, WORKLOAD_WAREHOUSES, type Dice } from 'holdfast/testing'
import type { Store } from '../../src/store/store.ts'
import type { Known } from '../../src/testing/workload.ts'

const START = 1_700_000_000_000
/** More of them than share a list, many with a hold or two. */
export const OWNERS = Array.from({ length: 200 }, (_, index) => `shopper-${index}`)

/** The same store, whose postings are written by nobody but the test. */
export function withoutIndexer(store: Store): Store {
  return {
    kind: store.kind,
    open: async (options) => ({ ...(await store.open(options)), postings: null }),
  }
}

/** A life that is the same on every store, with so many holds at its end. Answers the time then. */
export async function live(store: Store, seed: number, steps: number, holds = 0): Promise<number> {
  const clock = manualClock(START)
  const chance = dice(seed)
  const inventory = await openInventory({
    store,
    warehouses: WORKLOAD_WAREHOUSES,
    clock: clock.now,
    random: () => chance.below(2 ** 32),
    transferApproval: approvalAbove(5),
    sweepMs: 0,
  })
  try {
    for (let index = 0; index < steps; index++) {
      const known = await knownOf(inventory)
      const next = step(seed * 10_000 + index, known, { keys: true })
      if (next.kind === 'pass') clock.advance(next.ms)
      else await inventory.batch({ commands: next.commands }).catch(() => undefined)
      if (index % 8 === 0) await shop(inventory, chance)
    }
    await holdMany(inventory, holds)
    return clock.now()
  } finally {
    await inventory.close()
  }
}

async function knownOf(inventory: Inventory): Promise<Known> {
  const { items: newest } = await inventory.listReservations({ limit: 60 })
  const { items, seq } = await inventory.listTransfers({ limit: 60 })
  return { reservations: newest.toReversed(), transfers: items, seq }
}

/** Of as many owners. */
async function holdMany(inventory: Inventory, count: number): Promise<void> {
  const at = { warehouseId: 'SF', productId: 'CAP', qty: 1 } as const
  if (count > 0) await inventory.addStock({ ...at, qty: count, source: 'SUPPLIER' })
  for (let made = 0; made < count; made += 500) {
    const commands = Array.from({ length: Math.min(500, count - made) }, (_, index) => {
      return { verb: 'reserve', ...at, ttlMs: 1e6, owner: `buyer-${made + index}` } as const
    })
    await inventory.batch({ commands })
  }
}

/** Holds of many owners; of one hold the owner changes, there and back. */
async function shop(inventory: Inventory, d: Dice): Promise<void> {
  const at = { warehouseId: 'SF', productId: 'CAP' } as const
  const holds = Array.from({ length: 6 }, () => {
    const owner = d.pick(OWNERS)
    const ttlMs = d.pick([30, 100_000])
    return { verb: 'reserve', ...at, qty: 1, ttlMs, owner } as const
  })
  const add = { verb: 'addStock', ...at, qty: 9, source: 'SUPPLIER' } as const
  const { answers } = await inventory.batch({ commands: [add, ...holds] })
  const made = answers[1]
  if (made?.ok !== true) return
  const { id: reservationId, owner } = made as unknown as { id: string; owner: string }
  for (const to of [d.pick(OWNERS), owner].slice(0, 1 + d.below(2)))
    await inventory.changeOwner({ reservationId, owner: to }).catch(() => undefined)
}

/** A product in more warehouses than are looked for one by one, held in some of them. Answers how many holds it has. */
export async function liveEverywhere(store: Store): Promise<number> {
  const ids = Array.from({ length: 260 }, (_, index) => `W${index}`)
  const warehouses = ids.map((id) => ({ id, name: id }))
  await using inventory = await openInventory({ store, warehouses, sweepMs: 0 })
  const at = (productId: string) => ids.map((warehouseId) => ({ warehouseId, productId, qty: 1 }))
  const add = at('SOCK').map((one) => ({ verb: 'addStock', ...one, source: 'S' }) as const)
  await inventory.batch({ commands: add })
  const shoes = at('SHOE').slice(0, 5)
  await inventory.batch({
    commands: shoes.map((one) => ({ verb: 'addStock', ...one, source: 'S' }) as const),
  })
  const held = [...at('SOCK').slice(0, 7), ...shoes]
  await inventory.batch({
    commands: held.map((one) => ({ verb: 'reserve', ...one, ttlMs: 1e6 }) as const),
  })
  const { items } = await inventory.listReservations({ status: 'PENDING', productId: 'SOCK' })
  return items.filter(({ productId }) => productId === 'SOCK').length === items.length
    ? items.length
    : NaN
}

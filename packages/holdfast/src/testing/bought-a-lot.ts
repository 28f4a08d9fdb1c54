import type { Command, Inventory } from '../index.ts'

const HOUR = 3_600_000
/** More than one page looks at. */
const BOUGHT = 6000
const OTHERS = 5000

/** Ann holds one sock, has bought thousands, and thousands are held by nobody. Returns the id of her hold. */
export async function buyALot(inventory: Inventory): Promise<string> {
  const sock = { warehouseId: 'SF', productId: 'SOCK', qty: 1 }
  const ann = { owner: 'ann', group: 'order-1' }
  const many = async (count: number, command: Command): Promise<void> => {
    for (let done = 0; done < count; done += 1000)
      await inventory.batch({ commands: Array.from({ length: 1000 }, () => command) })
  }
  await inventory.addStock({ ...sock, qty: 30_000, source: 'S' })
  const { id } = await inventory.reserve({ ...sock, ...ann, ttlMs: HOUR })
  await many(BOUGHT, { verb: 'sell', ...sock, ...ann })
  await many(OTHERS, { verb: 'reserve', ...sock, ttlMs: HOUR })
  return id
}

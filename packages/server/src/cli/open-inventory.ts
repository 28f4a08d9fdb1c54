import { openInventory, type Inventory, type InventoryOptions } from 'holdfast'
import { say } from './output/streams.ts'
import { mustExist, storeOf } from './store-of.ts'

/** How much is to be done: what is short goes without threads. */
type Work = 'short' | 'long'

/** Runs `use` on the inventory opened for reading, beside whoever writes it. */
export async function withReader<T>(
  db: string,
  use: (inventory: Inventory) => Promise<T>,
  work: Work = 'short',
): Promise<T> {
  mustExist(db)
  await using inventory = await openInventory({
    store: storeOf(db, { threads: work === 'long' }),
    readOnly: true,
    onWarning: warn,
  })
  return await use(inventory)
}

/** Runs `use` on the inventory opened for writing; what is not there is no inventory. */
export async function withWriter<T>(
  db: string,
  use: (inventory: Inventory) => Promise<T>,
  work: Work = 'short',
): Promise<T> {
  mustExist(db)
  const store = storeOf(db, { threads: work === 'long' })
  await using inventory = await openInventory({ store, onWarning: warn })
  return await use(inventory)
}

/** Opens it for writing and makes it where it does not exist. */
export function create(
  db: string,
  options: Omit<InventoryOptions, 'store' | 'onWarning'> & { readonly cacheMiB?: number } = {},
): Promise<Inventory> {
  const { cacheMiB, ...others } = options
  const store = storeOf(db, { make: true, cacheMiB })
  return openInventory({ store, onWarning: warn, ...others })
}

function warn(warning: Error): void {
  say(`warning: ${warning.message}`)
}

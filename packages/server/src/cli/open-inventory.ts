import { openInventory, type Inventory, type InventoryOptions } from 'holdfast'
import { HoldfastClient } from 'holdfast/client'
import type { SingleVerb } from 'holdfast/model'
import { say } from './output/streams.ts'
import { mustExist, storeOf } from './store-of.ts'

/** Where the inventory is: a database that this process opens, or a service that runs. */
export type Target =
  | { readonly db: string }
  | { readonly url: string; readonly token: string | undefined }

/** What an inventory can do that is opened here or served elsewhere. */
export type AnyInventory = Pick<
  Inventory,
  | SingleVerb
  | 'atomically'
  | 'audit'
  | 'batch'
  | 'changeWarehouse'
  | 'execute'
  | 'explain'
  | 'getReservation'
  | 'getTransfer'
  | 'head'
  | 'listReservations'
  | 'listStock'
  | 'listTransfers'
  | 'listWarehouses'
  | 'stock'
  | 'stockAt'
  | 'verify'
>

/** How much is to be done: what is short goes without threads. */
type Work = 'short' | 'long'

/** Runs `use` on the inventory opened for reading, beside the process that writes it; or on one that is served. */
export async function withReader<T>(
  target: Target,
  use: (inventory: AnyInventory) => Promise<T>,
  work: Work = 'short',
): Promise<T> {
  return 'url' in target ? withService(target, use) : withFile(target.db, true, use, work)
}

/** Runs `use` on the inventory opened for writing, or on one that is served; what is not there is no inventory. */
export async function withWriter<T>(
  target: Target,
  use: (inventory: AnyInventory) => Promise<T>,
  work: Work = 'short',
): Promise<T> {
  return 'url' in target ? withService(target, use) : withFile(target.db, false, use, work)
}

/** Runs `use` on a database that this process opens. */
export async function withFile<T>(
  db: string,
  readOnly: boolean,
  use: (inventory: Inventory) => Promise<T>,
  work: Work = 'short',
): Promise<T> {
  mustExist(db)
  const store = storeOf(db, { threads: work === 'long' })
  await using inventory = await openInventory({ store, readOnly, onWarning: warn })
  return await use(inventory)
}

async function withService<T>(
  { url, token }: { readonly url: string; readonly token: string | undefined },
  use: (inventory: AnyInventory) => Promise<T>,
): Promise<T> {
  await using client = new HoldfastClient({ url, token, retries: 3 })
  return await use(client)
}

/** Opens it for reading, beside the process that writes it. */
export function openForReading(db: string): Promise<Inventory> {
  mustExist(db)
  return openInventory({ store: storeOf(db, {}), readOnly: true, onWarning: warn })
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

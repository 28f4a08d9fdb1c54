import { openInventory, type Inventory, type InventoryOptions } from 'holdfast'
import { HoldfastClient } from 'holdfast/client'
import type { SingleVerb } from 'holdfast/model'
import { say } from './output/streams.ts'
import { mustExist, storeOf } from './store-of.ts'

/** Where the inventory is: a database that this process opens, or a service that runs. */
export type Target =
  | { readonly db: string }
  | { readonly url: string; readonly token: string | undefined }

/** What an inventory can do, whether this process opens it or a service has it. */
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
  | 'patchWarehouse'
  | 'stock'
  | 'stockAt'
  | 'verify'
>

/** How much there is to do. Short work is done without threads. */
type Work = 'short' | 'long'

/** Runs `use` on an inventory opened for reading, or on a service. Another process may write it meanwhile. */
export async function withReader<T>(
  target: Target,
  use: (inventory: AnyInventory) => Promise<T>,
  work: Work = 'short',
): Promise<T> {
  return 'url' in target ? withService(target, use) : withFile(target.db, true, use, work)
}

/** Runs `use` on an existing inventory opened for writing, or on a service. */
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

/** Opens it for reading. Another process may write it meanwhile. */
export function openForReading(
  db: string,
  onWarning: (warning: Error) => void = warn,
): Promise<Inventory> {
  mustExist(db)
  return openInventory({ store: storeOf(db, {}), readOnly: true, onWarning })
}

/** Opens it for writing, and creates it if it does not exist. */
export function create(
  db: string,
  options: Omit<InventoryOptions, 'store'> & { readonly cacheMiB?: number } = {},
): Promise<Inventory> {
  const { cacheMiB, ...others } = options
  const store = storeOf(db, { make: true, cacheMiB })
  return openInventory({ store, onWarning: warn, ...others })
}

function warn(warning: Error): void {
  say(`warning: ${warning.message}`)
}

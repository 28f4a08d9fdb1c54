import { describe, type TestContext } from 'node:test'
import { openInventory } from '../engine/open/open-inventory.ts'
import type { Store } from '../store/store.ts'
import { port } from './contract/port.ts'
import { queue } from './contract/queue.ts'
import type { MakeShop } from './contract/fixture.ts'
import { inventoryContract, type ContractOptions } from './inventory-contract.ts'

/**
 * The contract of a store: everything that an inventory on it promises, the queue in front of it, and what the engine
 * relies on. `makeStore` makes a new, empty store every time, which can be opened repeatedly. Clean up in `t.after`.
 * @example
 * storeContract('my store', (t) => {
 *   const folder = mkdtempSync(join(tmpdir(), 'shop-'))
 *   t.after(() => rmSync(folder, { recursive: true }))
 *   return myStore(join(folder, 'shop.db'))
 * })
 */
export function storeContract(
  name: string,
  makeStore: (t: TestContext) => Store | Promise<Store>,
  { concurrency = 4 }: Pick<ContractOptions, 'concurrency'> = {},
): void {
  const makeShop: MakeShop = async (t) => {
    const store = await makeStore(t)
    return { open: (options) => openInventory({ ...options, store }) }
  }
  inventoryContract(name, makeShop, { concurrency })
  describe(`${name} keeps the contract of a store`, () => {
    describe('queue', { concurrency }, () => queue(makeStore))
    describe('port', { concurrency }, () => port(makeStore))
  })
}

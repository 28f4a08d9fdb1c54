import type { Store } from '../store.ts'
import { MemoryStore } from './open.ts'

/**
 * A store of plain maps, for tests and for trying things out. Nothing in it is durable, and it keeps
 * the whole trail in RAM, for ever. Opening the same object again after closing finds what was there.
 *
 * @example
 * const inventory = await openInventory({ store: memory(), warehouses: [{ id: 'SF', name: 'San Francisco' }] })
 */
export function memory(): Store {
  return new MemoryStore()
}

import type { Store } from '../store.ts'
import { SqliteStore, type SqliteOptions } from './open.ts'

export type { SqliteOptions } from './open.ts'
export { restoreSqlite } from './restore.ts'

/**
 * A store in one SQLite file, through the SQLite that is built into Node. One process writes it, any
 * number read it beside (`readOnly: true`). Every commit is on the disk before it is answered.
 *
 * @example
 * const inventory = await openInventory({ store: sqlite('shop.db'), warehouses: [{ id: 'SF', name: 'San Francisco' }] })
 */
export function sqlite(options: string | SqliteOptions): Store {
  return new SqliteStore(typeof options === 'string' ? { path: options } : options)
}

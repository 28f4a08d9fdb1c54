import { checkOptions, invalid } from '../../model/limits.ts'
import type { Store } from '../store.ts'
import { SqliteStore, type SqliteOptions } from './open.ts'

export type { SqliteOptions } from './open.ts'

/**
 * Puts a copy in the place of a file. Nobody may have one of them open for writing. What was there is kept
 * beside it: resolves to the names. Whenever it is cut off, either the old file or the new one is there.
 * Verify the copy before.
 * @throws InvalidInputError; OperationalError STORE_LOCKED, STORE_UNAVAILABLE
 * @example
 * const kept = await restoreSqlite({ from: 'backup.db', to: 'stock.db' })
 */
export async function restoreSqlite(files: {
  from: string
  to: string
}): Promise<readonly string[]> {
  checkOptions(files, PATHS)
  for (const name of ['from', 'to'] as const)
    if (typeof files[name] !== 'string') throw invalid(name, 'must be the path of a file')
  // Imported only here: on a Node without SQLite the import fails, and `sqlite()` says why.
  const { restore } = await import('./file/restore.ts')
  return restore(files)
}

const PATHS: ReadonlySet<string> = new Set(['from', 'to'])

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

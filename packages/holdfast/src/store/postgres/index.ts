import type { Store } from '../store.ts'
import { PostgresStore, type PostgresOptions } from './open.ts'

export {
  migrate,
  migrationSql,
  migrationState,
  type MigrateOptions,
  type MigrationState,
} from './schema/migrate.ts'
export { checkConnectionString } from './connect/connection-string.ts'
export { checkSchemaName } from './schema/schema.ts'
export type { PostgresOptions } from './open.ts'
export type { PgClient, PgPool } from './connect/pool.ts'

/**
 * A store in a PostgreSQL database, in a schema of its own, for any number of processes at once: a
 * batch locks the head of the trail first, and with it may write.
 *
 * @example
 * const inventory = await openInventory({
 *   store: postgres('postgres://stock_service@db/shop'),
 *   warehouses: [{ id: 'SF', name: 'San Francisco' }],
 * })
 */
export function postgres(options: string | PostgresOptions): Store {
  return new PostgresStore(typeof options === 'string' ? { connectionString: options } : options)
}

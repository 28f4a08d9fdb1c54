import { invalid } from '../../../model/limits.ts'
import { migration, type Migration } from '../../rows/migration.ts'

/** In order; the newest number is the schema's version. */
export const MIGRATIONS: readonly Migration[] = [
  migration(
    1,
    'trail-and-stock',
    () => new URL('./migrations/0001-trail-and-stock.sql', import.meta.url),
  ),
]

/** Tells our schema from another program's: nobody else calls a table so. */
export const MIGRATION_TABLE = 'holdfast_migration'

export const MAKE_MIGRATION_TABLE = `
  CREATE TABLE IF NOT EXISTS holdfast.${MIGRATION_TABLE} (
    number bigint PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`

/** So that the channel's name, which holds it, is no longer than PostgreSQL takes. */
const LONGEST_NAME = 50

/**
 * Refuses what cannot be the name of Holdfast's schema: a text of 1 to 50 bytes.
 * @throws InvalidInputError
 * @example
 * checkSchemaName('holdfast')
 */
export function checkSchemaName(schema: unknown): void {
  const bytes = typeof schema === 'string' && !schema.includes('\0') ? Buffer.byteLength(schema) : 0
  if (bytes === 0 || bytes > LONGEST_NAME)
    throw invalid('schema', `must be a name of 1 to ${LONGEST_NAME} bytes`)
}

import { migration, type Migration } from '../../rows/migration.ts'

/** "HOLD": written into the file's header, so that nobody takes another program's file for ours. */
export const APPLICATION_ID = 0x48_4f_4c_44

/** In order; the newest number is the file's `user_version`. */
export const MIGRATIONS: readonly Migration[] = [
  migration(
    1,
    'trail-and-stock',
    () => new URL('./migrations/0001-trail-and-stock.sql', import.meta.url),
  ),
]

export const MIGRATION_TABLE = `
  CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL
  ) STRICT`

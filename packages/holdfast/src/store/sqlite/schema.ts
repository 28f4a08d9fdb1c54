import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** "HOLD": written into the file's header, so that nobody takes another program's file for ours. */
export const APPLICATION_ID = 0x48_4f_4c_44

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  /** Of the file as it was when it ran: a file made by another text is not the one we know. */
  readonly checksum: string
}

/** In order; the newest number is the file's `user_version`. */
export const MIGRATIONS: readonly Migration[] = [
  migration(
    1,
    'trail-and-stock',
    new URL('./migrations/0001-trail-and-stock.sql', import.meta.url),
  ),
]

function migration(number: number, name: string, file: URL): Migration {
  // A checkout may have changed the ends of lines.
  const sql = readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
  return { number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

export const MIGRATION_TABLE = `
  CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL
  ) STRICT`

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileMissing } from '../bundled.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  /** Of the file as it was when it ran: a schema made by another text is not the one we know. */
  readonly checksum: string
}

/** Reads its file when it is first needed. */
export function migration(number: number, name: string, file: () => URL): Migration {
  let known: Pick<Migration, 'sql' | 'checksum'> | null = null
  const read = (): Pick<Migration, 'sql' | 'checksum'> => (known ??= readMigration(file))
  return {
    number,
    name,
    get sql() {
      return read().sql
    },
    get checksum() {
      return read().checksum
    },
  }
}

/** @throws OperationalError STORE_UNAVAILABLE */
function readMigration(file: () => URL): Pick<Migration, 'sql' | 'checksum'> {
  try {
    // A checkout may have changed the ends of lines.
    const sql = readFileSync(file(), 'utf8').replaceAll('\r\n', '\n')
    return { sql, checksum: createHash('sha256').update(sql).digest('hex') }
  } catch (error) {
    throw fileMissing('a file with the schema is missing', error)
  }
}

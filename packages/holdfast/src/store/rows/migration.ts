import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
  /** Of the file as it was when it ran: a schema made by another text is not the one we know. */
  readonly checksum: string
}

export function migration(number: number, name: string, file: URL): Migration {
  // A checkout may have changed the ends of lines.
  const sql = readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
  return { number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
}

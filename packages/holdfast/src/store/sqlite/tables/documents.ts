import type { DocumentChange, StoredDocument } from '../../store.ts'
import type { Connection } from '../file/connection.ts'
import { successor } from '../../rows/id-range.ts'

const PUT = 'REPLACE INTO document VALUES (?, ?)'
const REMOVE = 'DELETE FROM document WHERE name = ?'
const SOME = `SELECT d.name, d.value FROM json_each(?) wanted CROSS JOIN document d ON d.name = wanted.value`
const FROM = 'SELECT name, value FROM document WHERE name >= ? ORDER BY name'
const BETWEEN = 'SELECT name, value FROM document WHERE name >= ? AND name < ? ORDER BY name'

export function writeDocuments(connection: Connection, documents: readonly DocumentChange[]): void {
  for (const { name, value } of documents)
    if (value === null) connection.run(REMOVE, name)
    else connection.run(PUT, name, value)
}

export function findDocuments(connection: Connection, names: readonly string[]): StoredDocument[] {
  return connection.all(SOME, JSON.stringify(names)).map(readDocument)
}

/** Those whose names begin so, in order. */
export function listDocuments(connection: Connection, prefix: string): StoredDocument[] {
  const end = successor(prefix)
  const rows = end === null ? connection.all(FROM, prefix) : connection.all(BETWEEN, prefix, end)
  return rows.map(readDocument)
}

function readDocument([name, value]: readonly unknown[]): StoredDocument {
  return { name: name as string, value: value as string }
}

import { successor } from '../id-range.ts'
import type { DocumentChange, StoredDocument } from '../store.ts'
import { TextColumn } from './columns.ts'
import type { Row, Session } from './session.ts'
import type { Statement } from './statement.ts'

const FIND = 'SELECT name, value FROM holdfast.document WHERE name = ANY ($1::text[])'
const FROM = 'SELECT name, value FROM holdfast.document WHERE name >= $1 ORDER BY name'
const BETWEEN =
  'SELECT name, value FROM holdfast.document WHERE name >= $1 AND name < $2 ORDER BY name'

/** The last one of a name counts: one statement cannot change a row twice. */
export function addDocuments(statement: Statement, documents: readonly DocumentChange[]): void {
  if (documents.length === 0) return
  const last = new Map(documents.map(({ name, value }) => [name, value]))
  const columns = { name: new TextColumn(last.size), value: new TextColumn(last.size) }
  const gone = new TextColumn(last.size)
  for (const [name, value] of last) {
    if (value === null) gone.push(name)
    else {
      columns.name.push(name)
      columns.value.push(value)
    }
  }
  if (!columns.name.isEmpty)
    statement.insert('document', columns, 'ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  if (!gone.isEmpty) {
    const names = statement.value(gone.value, 'text[]')
    statement.change(`DELETE FROM holdfast.document WHERE name = ANY (${names})`)
  }
}

export async function findDocuments(
  session: Session,
  names: readonly string[],
): Promise<StoredDocument[]> {
  if (names.length === 0) return []
  const wanted = new TextColumn(names.length)
  for (const name of names) wanted.push(name)
  return (await session.run(FIND, [wanted.value])).rows.map(readDocument)
}

export async function listDocuments(session: Session, prefix: string): Promise<StoredDocument[]> {
  const end = successor(prefix)
  const rows =
    end === null ? await session.rows(FROM, [prefix]) : await session.rows(BETWEEN, [prefix, end])
  return rows.map(readDocument)
}

function readDocument([name, value]: Row): StoredDocument {
  return { name: name as string, value: value as string }
}

import { successor } from '../../rows/id-range.ts'
import type { DocumentChange, StoredDocument } from '../../store.ts'
import { textArray, texts } from './columns.ts'
import type { Row, Session } from '../connect/session.ts'
import type { Statement } from './statement.ts'

const FIND = 'SELECT name, value FROM holdfast.document WHERE name = ANY ($1::text[])'
const FROM = 'SELECT name, value FROM holdfast.document WHERE name >= $1 ORDER BY name'
const BETWEEN =
  'SELECT name, value FROM holdfast.document WHERE name >= $1 AND name < $2 ORDER BY name'

/** The last one of a name counts: one statement cannot change a row twice. */
export function addDocuments(statement: Statement, documents: readonly DocumentChange[]): void {
  if (documents.length === 0) return
  const last = [...new Map(documents.map((change) => [change.name, change])).values()]
  const put = last.filter(({ value }) => value !== null)
  const gone = last.filter(({ value }) => value === null)
  if (put.length > 0) {
    const columns = {
      name: texts(put, ({ name }) => name),
      value: texts(put, ({ value }) => value),
    }
    statement.insert('document', columns, 'ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  }
  if (gone.length > 0) {
    const names = statement.value(textArray(gone.map(({ name }) => name)), 'text[]')
    statement.change(`DELETE FROM holdfast.document WHERE name = ANY (${names})`)
  }
}

export async function findDocuments(
  session: Session,
  names: readonly string[],
): Promise<StoredDocument[]> {
  if (names.length === 0) return []
  return (await session.run(FIND, [textArray(names)])).rows.map(readDocument)
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

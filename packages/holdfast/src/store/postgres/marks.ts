import type { Mark } from '../store.ts'
import { TextColumn } from './columns.ts'
import { successor } from '../id-range.ts'
import type { Session } from './session.ts'
import { Statement } from './statement.ts'

// Both wait for whoever is changing that row, and see then what came of it.
const ADD = 'INSERT INTO holdfast.mark (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING'
const CHANGE = 'UPDATE holdfast.mark SET value = $2 WHERE name = $1 AND value = $3'
const ONE = 'SELECT value FROM holdfast.mark WHERE name = $1'
const FROM = 'SELECT name, value FROM holdfast.mark WHERE name >= $1 ORDER BY name'
const BETWEEN = 'SELECT name, value FROM holdfast.mark WHERE name >= $1 AND name < $2 ORDER BY name'

/** The last one of a name counts: one statement cannot change a row twice. */
export function addMarks(statement: Statement, marks: readonly Mark[]): void {
  if (marks.length === 0) return
  const last = new Map(marks.map(({ name, value }) => [name, value]))
  const columns = { name: new TextColumn(last.size), value: new TextColumn(last.size) }
  for (const [name, value] of last) {
    columns.name.push(name)
    columns.value.push(value)
  }
  statement.insert('mark', columns, 'ON CONFLICT (name) DO UPDATE SET value = excluded.value')
}

export async function writeMarks(session: Session, marks: readonly Mark[]): Promise<void> {
  if (marks.length === 0) return
  const statement = new Statement()
  // In one order, whoever else writes some of them: nobody waits in a circle.
  addMarks(
    statement,
    marks.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  )
  await session.rows(statement.text, statement.values)
}

/** May be done twice: what was set the first time is what it has the second time. */
export async function compareAndSetMark(
  session: Session,
  { name, value }: Mark,
  expected: string | null,
): Promise<string | null> {
  if (expected === null) await session.rows(ADD, [name, value])
  else await session.rows(CHANGE, [name, value, expected])
  const [row] = await session.rows(ONE, [name])
  return row === undefined ? null : (row[0] as string)
}

export async function readMarks(session: Session, prefix: string): Promise<Mark[]> {
  const end = successor(prefix)
  const rows =
    end === null ? await session.rows(FROM, [prefix]) : await session.rows(BETWEEN, [prefix, end])
  return rows.map(([name, value]) => ({ name: name as string, value: value as string }))
}

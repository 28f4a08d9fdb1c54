import type { Mark } from '../store.ts'
import type { Connection } from './connection.ts'
import { successor } from '../id-range.ts'

const PUT = 'REPLACE INTO mark VALUES (?, ?)'
const ONE = 'SELECT value FROM mark WHERE name = ?'
const FROM = 'SELECT name, value FROM mark WHERE name >= ? ORDER BY name'
const BETWEEN = 'SELECT name, value FROM mark WHERE name >= ? AND name < ? ORDER BY name'

export function writeMarks(connection: Connection, marks: readonly Mark[]): void {
  for (const { name, value } of marks) connection.run(PUT, name, value)
}

export function compareAndSetMark(
  connection: Connection,
  mark: Mark,
  expected: string | null,
): string | null {
  const stored = connection.get(ONE, mark.name)?.[0] ?? null
  if (stored !== expected) return stored as string | null
  writeMarks(connection, [mark])
  return mark.value
}

export function readMarks(connection: Connection, prefix: string): Mark[] {
  const end = successor(prefix)
  const rows = end === null ? connection.all(FROM, prefix) : connection.all(BETWEEN, prefix, end)
  return rows.map(([name, value]) => ({ name: name as string, value: value as string }))
}

import { behindKeysOf } from '../key-scope.ts'
import { LOG_PAGE_BYTES, type Commit, type KeyRow, type StoredKey } from '../store.ts'
import { NumberColumn, same, TextColumn } from './columns.ts'
import type { Session } from './session.ts'
import type { Statement } from './statement.ts'

const FIND = `SELECT key, fingerprint, answer, at FROM holdfast.idempotency WHERE key = ANY ($1::text[])`

const LAST = `SELECT (SELECT max(key) FROM holdfast.idempotency
    WHERE key >= first COLLATE "C" AND key < behind COLLATE "C")
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY w (first, behind, place) ORDER BY place`

/** Up to which commit the oldest ones are over. */
const OLD = `SELECT coalesce(max(commit_number), 0) FROM (
    SELECT commit_number, at FROM holdfast.idempotency ORDER BY commit_number, place LIMIT $2) oldest
  WHERE at < $1`

/** So many at once, or fewer that fill a page. */
const ROWS = 1000

const ROW_BYTES = 'octet_length(key) + octet_length(fingerprint) + octet_length(answer)'

/** Behind place $2 of commit $1. */
const STORED = `SELECT key, fingerprint, answer, at, commit_number, place FROM (
    SELECT *, ${ROW_BYTES} AS bytes, sum(${ROW_BYTES}) OVER (ORDER BY commit_number, place) AS bytes_through
    FROM (SELECT * FROM holdfast.idempotency
      WHERE (commit_number, place) > ($1, $2)
      ORDER BY commit_number, place LIMIT ${ROWS}) r) r
  WHERE bytes_through - bytes < ${LOG_PAGE_BYTES} ORDER BY commit_number, place`

const REPLACE = `ON CONFLICT (key) DO UPDATE SET commit_number = excluded.commit_number,
  place = excluded.place, at = excluded.at, fingerprint = excluded.fingerprint, answer = excluded.answer`

/** New keys are inserted and no more: to look for each one again costs three tenths of the insert. */
export function addNewKeys(statement: Statement, commit: Commit): void {
  insert(statement, commit, ({ key }) => !commit.replacedKeys.has(key))
}

export function addReplacedKeys(statement: Statement, commit: Commit): void {
  const { replacedKeys } = commit
  if (replacedKeys.size > 0) insert(statement, commit, ({ key }) => replacedKeys.has(key), REPLACE)
}

/** But those that are replaced: one statement cannot change a row twice. */
export function forgetKeys(statement: Statement, { forgotten, replacedKeys }: Commit): void {
  if (forgotten === 0) return
  const replaced = new TextColumn(replacedKeys.size)
  for (const key of replacedKeys) replaced.push(key)
  statement.change(`DELETE FROM holdfast.idempotency
    WHERE commit_number <= ${statement.value(forgotten, 'bigint')}
      AND key <> ALL (${statement.value(replaced.value, 'text[]')})`)
}

function insert(
  statement: Statement,
  { keys, head }: Commit,
  isMeant: (key: StoredKey) => boolean,
  more = '',
): void {
  const columns = {
    key: new TextColumn(keys.length),
    commit_number: same(head.commit, 'bigint'),
    place: new NumberColumn(keys.length),
    at: new NumberColumn(keys.length),
    fingerprint: new TextColumn(keys.length),
    answer: new TextColumn(keys.length),
  }
  keys.forEach((stored, place) => {
    if (!isMeant(stored)) return
    columns.key.push(stored.key)
    columns.place.push(place)
    columns.at.push(stored.at)
    columns.fingerprint.push(stored.fingerprint)
    columns.answer.push(stored.answer)
  })
  if (!columns.key.isEmpty) statement.insert('idempotency', columns, more)
}

export async function findKeys(session: Session, keys: readonly string[]): Promise<StoredKey[]> {
  if (keys.length === 0) return []
  const wanted = new TextColumn(keys.length)
  for (const key of keys) wanted.push(key)
  const { rows } = await session.run(FIND, [wanted.value])
  return rows.map((row) => {
    const [key, fingerprint, answer, at] = row as [string, string, string, number]
    return { key, fingerprint, answer, at }
  })
}

export async function lastKeys(
  session: Session,
  scopes: readonly string[],
): Promise<(string | null)[]> {
  if (scopes.length === 0) return []
  const [first, behind] = [new TextColumn(scopes.length), new TextColumn(scopes.length)]
  for (const scope of scopes) {
    first.push(scope)
    behind.push(behindKeysOf(scope))
  }
  const { rows } = await session.run(LAST, [first.value, behind.value])
  return rows.map((row) => row[0] as string | null)
}

export async function oldKeys(session: Session, before: number, limit: number): Promise<number> {
  const [row] = await session.rows(OLD, [before, limit])
  return row![0] as number
}

/** Before every number that can be read, also of those that no program of ours writes. */
const FIRST = Number.MIN_SAFE_INTEGER

/** Stored answers behind one, in the order in which they were stored. */
export async function keyRows(session: Session, after: KeyRow | null): Promise<KeyRow[]> {
  const rows = await session.rows(STORED, [after?.commit ?? FIRST, after?.place ?? FIRST])
  return rows.map((row) => {
    const [key, fingerprint, answer, at, commit, place] = row as [
      ...[key: string, fingerprint: string, answer: string],
      ...[at: number, commit: number, place: number],
    ]
    return { key, fingerprint, answer, at, commit, place }
  })
}

import { behindKeysOf } from '../../key-scope.ts'
import { KEY_ROW, readKeyRow, readStoredKey, STORED_KEY } from '../../rows/key.ts'
import { selectList } from '../../rows/select.ts'
import { LOG_PAGE_BYTES, type Commit, type KeyRow, type StoredKey } from '../../store.ts'
import { numbers, same, textArray, texts } from './columns.ts'
import type { Session } from '../connect/session.ts'
import type { Statement } from './statement.ts'

const FIND = `SELECT ${selectList(STORED_KEY)} FROM holdfast.idempotency i WHERE i.key = ANY ($1::text[])`

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

/** After place $2 of commit $1. */
const STORED = `SELECT ${selectList(KEY_ROW)} FROM (
    SELECT *, ${ROW_BYTES} AS bytes, sum(${ROW_BYTES}) OVER (ORDER BY commit_number, place) AS bytes_through
    FROM (SELECT * FROM holdfast.idempotency
      WHERE (commit_number, place) > ($1, $2)
      ORDER BY commit_number, place LIMIT ${ROWS}) r) i
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
  const replaced = textArray([...replacedKeys])
  statement.change(`DELETE FROM holdfast.idempotency
    WHERE commit_number <= ${statement.value(forgotten, 'bigint')}
      AND key <> ALL (${statement.value(replaced, 'text[]')})`)
}

function insert(
  statement: Statement,
  { keys, head }: Commit,
  isMeant: (key: StoredKey) => boolean,
  more = '',
): void {
  const rows = [...keys.entries()].filter(([, stored]) => isMeant(stored))
  if (rows.length === 0) return
  const columns = {
    key: texts(rows, ([, { key }]) => key),
    commit_number: same(head.commit, 'bigint'),
    place: numbers(rows, ([place]) => place),
    at: numbers(rows, ([, { at }]) => at),
    fingerprint: texts(rows, ([, { fingerprint }]) => fingerprint),
    answer: texts(rows, ([, { answer }]) => answer),
  }
  statement.insert('idempotency', columns, more)
}

export async function findKeys(session: Session, keys: readonly string[]): Promise<StoredKey[]> {
  if (keys.length === 0) return []
  return (await session.run(FIND, [textArray(keys)])).rows.map(readStoredKey)
}

export async function lastKeys(
  session: Session,
  scopes: readonly string[],
): Promise<(string | null)[]> {
  if (scopes.length === 0) return []
  const behind = textArray(scopes.map(behindKeysOf))
  const { rows } = await session.run(LAST, [textArray(scopes), behind])
  return rows.map((row) => row[0] as string | null)
}

export async function oldKeys(session: Session, before: number, limit: number): Promise<number> {
  const [row] = await session.rows(OLD, [before, limit])
  return row![0] as number
}

/** Before every number that can be read, also of those that no program of ours writes. */
const FIRST = Number.MIN_SAFE_INTEGER

/** Stored answers after one, in the order in which they were stored. */
export async function keyRows(session: Session, after: KeyRow | null): Promise<KeyRow[]> {
  const rows = await session.rows(STORED, [after?.commit ?? FIRST, after?.place ?? FIRST])
  return rows.map(readKeyRow)
}

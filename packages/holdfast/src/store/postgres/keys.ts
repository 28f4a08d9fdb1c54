import { behindKeysOf } from '../key-scope.ts'
import type { Commit, StoredKey } from '../store.ts'
import { NumberColumn, TextColumn } from './columns.ts'
import type { Session } from './session.ts'
import type { Statement } from './statement.ts'

const FIND = `SELECT key, fingerprint, answer, at FROM holdfast.idempotency WHERE key = ANY ($1::text[])`

const LAST = `SELECT (SELECT max(key) FROM holdfast.idempotency
    WHERE key >= first COLLATE "C" AND key < behind COLLATE "C")
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY w (first, behind, place) ORDER BY place`

/** Whoever else removes old keys at the same time gets others, or none. */
const FORGET = `DELETE FROM holdfast.idempotency WHERE key = ANY (ARRAY(
  SELECT key FROM holdfast.idempotency WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))`

const REPLACE = `ON CONFLICT (key) DO UPDATE SET
  at = excluded.at, fingerprint = excluded.fingerprint, answer = excluded.answer`

/** New keys are inserted and no more: to look for each one again costs three tenths of the insert. */
export function addNewKeys(statement: Statement, { keys, replacedKeys }: Commit): void {
  const isNew = ({ key }: StoredKey): boolean => !replacedKeys.has(key)
  insert(statement, replacedKeys.size === 0 ? keys : keys.filter(isNew))
}

export function addReplacedKeys(statement: Statement, { keys, replacedKeys }: Commit): void {
  if (replacedKeys.size === 0) return
  const isReplaced = ({ key }: StoredKey): boolean => replacedKeys.has(key)
  insert(statement, keys.filter(isReplaced), REPLACE)
}

function insert(statement: Statement, keys: readonly StoredKey[], more = ''): void {
  if (keys.length === 0) return
  const columns = {
    key: new TextColumn(keys.length),
    at: new NumberColumn(keys.length),
    fingerprint: new TextColumn(keys.length),
    answer: new TextColumn(keys.length),
  }
  for (const { key, at, fingerprint, answer } of keys) {
    columns.key.push(key)
    columns.at.push(at)
    columns.fingerprint.push(fingerprint)
    columns.answer.push(answer)
  }
  statement.insert('idempotency', columns, more)
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

export async function forgetKeys(session: Session, before: number, limit: number): Promise<number> {
  const { rowCount } = await session.run(FORGET, [before, limit])
  return rowCount ?? 0
}

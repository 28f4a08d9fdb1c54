import { behindKeysOf } from '../../key-scope.ts'
import { KEY_ROW, readKeyRow, readStoredKey, STORED_KEY } from '../../rows/key.ts'
import { selectList } from '../../rows/select.ts'
import { LOG_PAGE_BYTES, type KeyRow, type StoredKey } from '../../store.ts'
import { Bulk } from './bulk.ts'
import type { Connection } from '../file/connection.ts'
import { KEY_WIDTH, type PackedCommit } from '../packed/packed-commit.ts'

/** A key that comes again after its time moves to the end, so that ids stay in order of time. */
const PUT = 'REPLACE INTO idempotency (key, fingerprint, answer, commit_number, at)'

const FIND = `SELECT ${selectList(STORED_KEY)}
  FROM json_each(?) wanted CROSS JOIN idempotency i ON i.key = wanted.value`

/** Ids are in order of commits. */
const OLD = `
  SELECT max(commit_number) FROM (SELECT commit_number, at FROM idempotency ORDER BY id LIMIT ?) WHERE at < ?`

/** Up to the first one that stays. */
const FORGET = `
  DELETE FROM idempotency WHERE id < coalesce(
    (SELECT id FROM idempotency WHERE commit_number > ? ORDER BY id LIMIT 1), 9e18)`

const ROWS = `SELECT ${selectList({ ...KEY_ROW, place: 'i.id' })}
  FROM idempotency i WHERE i.id > ? ORDER BY i.id`

const LAST = 'SELECT max(key) FROM idempotency WHERE key >= ? AND key < ?'

/** Stores the answers of a commit, each for its key. */
export class KeyWriter {
  readonly #bulk: Bulk

  constructor(connection: Connection) {
    this.#bulk = new Bulk(connection, PUT, KEY_WIDTH + 2)
  }

  write({ keys, head }: PackedCommit): void {
    this.#bulk.write(keys.length / KEY_WIDTH, (row, values, at) => {
      for (let i = 0; i < KEY_WIDTH; i++) values[at + i] = keys[row * KEY_WIDTH + i]!
      values[at + KEY_WIDTH] = head.commit
      values[at + KEY_WIDTH + 1] = head.at
    })
  }
}

/** The greatest key of a scope. */
export function lastKey(connection: Connection, scope: string): string | null {
  return connection.get(LAST, scope, behindKeysOf(scope))![0] as string | null
}

export function findKeys(connection: Connection, keys: readonly string[]): StoredKey[] {
  return connection.all(FIND, JSON.stringify(keys)).map(readStoredKey)
}

/** Up to which commit they are old, among the first `limit` of them; 0 if none is. */
export function oldKeys(connection: Connection, before: number, limit: number): number {
  return (connection.get(OLD, limit, before)![0] ?? 0) as number
}

export function forgetKeys(connection: Connection, throughCommit: number): void {
  if (throughCommit > 0) connection.run(FORGET, throughCommit)
}

/** Stored answers after one, in order: a page of them. */
export function keyRows(connection: Connection, after: KeyRow | null): KeyRow[] {
  const page: KeyRow[] = []
  let bytes = 0
  for (const row of connection.iterate(ROWS, after?.place ?? Number.MIN_SAFE_INTEGER)) {
    const found = readKeyRow(row)
    page.push(found)
    bytes += found.key.length + found.answer.length + 100
    if (bytes >= LOG_PAGE_BYTES) break
  }
  return page
}

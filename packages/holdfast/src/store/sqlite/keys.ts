import { behindKeysOf } from '../key-scope.ts'
import type { StoredKey } from '../store.ts'
import { Bulk } from './bulk.ts'
import type { Connection } from './connection.ts'
import { KEY_WIDTH, type PackedCommit } from './packed-commit.ts'

/** A key that comes again after its time moves to the end, so that ids stay in order of time. */
const PUT = 'REPLACE INTO idempotency (key, fingerprint, answer, at)'

const FIND = `
  SELECT i.key, i.fingerprint, i.answer, i.at
  FROM json_each(?) wanted CROSS JOIN idempotency i ON i.key = wanted.value`

/** Up to which id are they old, looking at no more of them than will be removed? */
const LAST_OLD = `
  SELECT max(id), count(*) FROM (SELECT id, at FROM idempotency ORDER BY id LIMIT ?) WHERE at < ?`

const REMOVE = 'DELETE FROM idempotency WHERE id <= ?'

const LAST = 'SELECT max(key) FROM idempotency WHERE key >= ? AND key < ?'

/** Stores the answers of a commit, each for its key. */
export class KeyWriter {
  readonly #bulk: Bulk

  constructor(connection: Connection) {
    this.#bulk = new Bulk(connection, PUT, KEY_WIDTH + 1)
  }

  write({ keys, head }: PackedCommit): void {
    this.#bulk.write(keys.length / KEY_WIDTH, (row, values, at) => {
      for (let i = 0; i < KEY_WIDTH; i++) values[at + i] = keys[row * KEY_WIDTH + i]!
      values[at + KEY_WIDTH] = head.at
    })
  }
}

/** The greatest key of a scope. */
export function lastKey(connection: Connection, scope: string): string | null {
  return connection.get(LAST, scope, behindKeysOf(scope))![0] as string | null
}

export function findKeys(connection: Connection, keys: readonly string[]): StoredKey[] {
  return connection.all(FIND, JSON.stringify(keys)).map((row) => {
    const [key, fingerprint, answer, at] = row as [string, string, string, number]
    return { key, fingerprint, answer, at }
  })
}

export function forgetKeys(connection: Connection, before: number, limit: number): number {
  const [last, count] = connection.get(LAST_OLD, limit, before) as [number | null, number]
  if (last !== null) connection.run(REMOVE, last)
  return count
}

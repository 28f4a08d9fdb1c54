import type { StoredKey } from '../store.ts'
import type { Connection } from './connection.ts'

/** A key that comes again after its time moves to the end, so that ids stay in order of time. */
const PUT = 'REPLACE INTO idempotency (key, fingerprint, answer, at) VALUES (?, ?, ?, ?)'

const FIND = `
  SELECT i.key, i.fingerprint, i.answer, i.at
  FROM json_each(?) wanted CROSS JOIN idempotency i ON i.key = wanted.value`

/** Up to which id are they old, looking at no more of them than will be removed? */
const LAST_OLD = `
  SELECT max(id), count(*) FROM (SELECT id, at FROM idempotency ORDER BY id LIMIT ?) WHERE at < ?`

const REMOVE = 'DELETE FROM idempotency WHERE id <= ?'

export function writeKeys(connection: Connection, keys: readonly StoredKey[]): void {
  for (const { key, fingerprint, answer, at } of keys) {
    connection.run(PUT, key, fingerprint, answer, at)
  }
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

import type { KeyRow, StoredKey } from '../store.ts'
import { columnsOf, offsetsOf, type Row } from './select.ts'

/** Of `idempotency i`. */
export const STORED_KEY = columnsOf('i', 'key', 'fingerprint', 'answer', 'at')

/** The same, where it stands among all of them; `place` as each database has it. */
export const KEY_ROW = { ...STORED_KEY, commit: 'i.commit_number', place: 'i.place' }

const AT = offsetsOf(KEY_ROW)

export function readStoredKey(row: Row): StoredKey {
  return {
    key: row[AT.key] as string,
    fingerprint: row[AT.fingerprint] as string,
    answer: row[AT.answer] as string,
    at: row[AT.at] as number,
  }
}

export function readKeyRow(row: Row): KeyRow {
  const commit = row[AT.commit] as number
  return { ...readStoredKey(row), commit, place: row[AT.place] as number }
}

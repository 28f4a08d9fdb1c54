import { NO_HASH } from '../../../log/hash.ts'
import type { Head } from '../../store.ts'
import type { Connection } from '../file/connection.ts'

/** The newest commit: the last row of its table, whatever the length of the trail. */
const NEWEST =
  'SELECT number, last_seq, at, level_keys, lower(hex(hash)) FROM commits ORDER BY number DESC LIMIT 1'

/** The newest ones alone: a batch of which nobody knows what came was among the last ones tried. */
const IS_AMONG_NEWEST =
  'SELECT 1 FROM (SELECT batch_id FROM commits ORDER BY number DESC LIMIT 100) WHERE batch_id = ?'

const EMPTY: Head = { seq: 0, hash: NO_HASH, at: 0, commit: 0, levelKeys: 0 }

export function readHead(connection: Connection): Head {
  const row = connection.get(NEWEST)
  if (row === undefined) return EMPTY
  const [commit, seq, at, levelKeys, hash] = row as [number, number, number, number, string]
  return { seq, hash, at, commit, levelKeys }
}

export function wasCommitted(connection: Connection, batchId: string): boolean {
  return connection.get(IS_AMONG_NEWEST, Buffer.from(batchId, 'hex')) !== undefined
}

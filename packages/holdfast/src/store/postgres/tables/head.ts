import { NO_HASH } from '../../../log/hash.ts'
import type { Head } from '../../store.ts'
import type { Row, Session } from '../connect/session.ts'

/**
 * Empty before the first commit; `number` DESC reads one page, whatever the length of the trail. The
 * hash as text: how bytes come back by themselves depends on what the role has set.
 */
export const HEAD_ROW = `
  SELECT number, last_seq, at, level_keys, encode(hash, 'hex') FROM holdfast.commits ORDER BY number DESC LIMIT 1`

/** As many columns. */
export const HEAD_WIDTH = 5

export async function readHead(session: Session): Promise<Head> {
  const { rows } = await session.run(HEAD_ROW)
  return headOf(rows[0])
}

/** From the columns of HEAD_ROW; nothing, or NULLs, before the first commit. */
export function headOf(row: Row | undefined): Head {
  const [commit, seq, at, levelKeys, hash] = (row ?? []) as (number | null)[]
  return {
    seq: seq ?? 0,
    hash: (hash as string | null | undefined) ?? NO_HASH,
    at: at ?? 0,
    commit: commit ?? 0,
    levelKeys: levelKeys ?? 0,
  }
}

import type { BalanceRow } from '../store.ts'
import { readHead } from './head.ts'
import { LEVEL_COLUMNS, LEVEL_TABLES, readLevel } from './levels.ts'
import type { Session } from './session.ts'

const LEVELS = `SELECT ${LEVEL_COLUMNS} FROM ${LEVEL_TABLES} WHERE k.key > $1 ORDER BY k.key LIMIT $2`

/** In the order of the table; final ones, nearly all of them, are passed over before they are grouped. */
const CLAIMS = `SELECT level_key, status, sum(qty)::bigint FROM holdfast.reservation
  WHERE seq > $1 AND seq <= $2 AND status IN (0, 1) GROUP BY level_key, status`
const PIECE = 100_000

/**
 * Levels in order of key, each with what its reservations sum to. Sold ones have no index by level, so
 * one walk over all reservations sums them up for every level at once: 16 bytes a level, kept until
 * another commit comes, which in a snapshot is never.
 */
export class Balances {
  #sums = new Float64Array()
  #commit = -1

  async read(session: Session, afterKey: number, limit: number): Promise<BalanceRow[]> {
    await this.#sumUp(session)
    const rows = await session.rows(LEVELS, [afterKey, limit])
    return rows.map(readLevel).map((level) => ({
      ...level,
      pending: this.#sums[level.key * 2] ?? 0,
      confirmed: this.#sums[level.key * 2 + 1] ?? 0,
    }))
  }

  async #sumUp(session: Session): Promise<void> {
    const { commit, seq, levelKeys } = await readHead(session)
    if (commit === this.#commit) return
    const sums = new Float64Array((levelKeys + 1) * 2)
    for (let from = 0; from < seq; from += PIECE) {
      for (const [key, status, qty] of await session.rows(CLAIMS, [from, from + PIECE])) {
        sums[(key as number) * 2 + (status as number)]! += qty as number
      }
    }
    this.#sums = sums
    this.#commit = commit
  }
}

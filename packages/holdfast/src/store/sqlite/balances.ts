import type { BalanceRow } from '../store.ts'
import type { Connection } from './connection.ts'
import { readHead } from './head.ts'
import { LEVEL_COLUMNS } from './levels.ts'

const LEVELS = `SELECT ${LEVEL_COLUMNS} FROM level_key k JOIN level l ON l.key = k.key
  WHERE k.key > ? ORDER BY k.key LIMIT ?`

/** In the order of the table. Summed up here: grouping them by level would sort them first, ten times the work. */
const CLAIMS = `SELECT level_key, status, qty FROM reservation
  WHERE seq > ? AND seq <= ? AND status IN (0, 1)`
const PIECE = 20_000

/**
 * Levels in order of key, each with what its reservations sum to. Reservations have no index by level
 * (see the schema), so one walk over all of them sums them up for every level at once: 16 bytes a
 * level, kept until another commit comes, which in a snapshot is never.
 */
export class Balances {
  readonly #connection: Connection
  #sums = new Float64Array()
  #commit = -1

  constructor(connection: Connection) {
    this.#connection = connection
  }

  read(afterKey: number, limit: number): BalanceRow[] {
    this.#sumUp()
    return this.#connection.all(LEVELS, afterKey, limit).map((row) => {
      const [key, warehouseId, productId, available, held, allocated, lastSeq] = row as [
        number,
        string,
        string,
        number,
        number,
        number,
        number,
      ]
      const counts = { available, held, allocated, lastSeq }
      const pending = this.#sums[key * 2] ?? 0
      const confirmed = this.#sums[key * 2 + 1] ?? 0
      return { key, warehouseId, productId, ...counts, pending, confirmed }
    })
  }

  #sumUp(): void {
    const { commit, seq, levelKeys } = readHead(this.#connection)
    if (commit === this.#commit) return
    const sums = new Float64Array((levelKeys + 1) * 2)
    for (let from = 0; from < seq; from += PIECE) {
      for (const [key, status, qty] of this.#connection.all(CLAIMS, from, from + PIECE)) {
        sums[(key as number) * 2 + (status as number)]! += qty as number
      }
    }
    this.#sums = sums
    this.#commit = commit
  }
}

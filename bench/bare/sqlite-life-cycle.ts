import type { StatementSync } from 'node:sqlite'
import type { BareSqlite } from './sqlite-loop.ts'

const SOLD = 2
const SHIPPED = 11

/** The bare loop for a whole sale: reserved, confirmed, shipped, three statements each. */
export class BareLifeCycle {
  readonly #bare: BareSqlite
  readonly #entry: StatementSync
  readonly #level: StatementSync
  readonly #reservation: StatementSync

  constructor(bare: BareSqlite) {
    this.#bare = bare
    this.#entry = bare.db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#level = bare.db.prepare(
      'UPDATE level SET held = ?, allocated = ?, last_seq = ? WHERE key = ?',
    )
    this.#reservation = bare.db.prepare('UPDATE reservation SET status = ? WHERE seq = ?')
  }

  /** Each key's sale; a transaction holds so many reserves, or their confirms, or their ships. */
  sellAll(keys: ArrayLike<number>, batch: number, ttlMs: number): void {
    const { db } = this.#bare
    for (let from = 0; from < keys.length; from += batch) {
      const end = Math.min(from + batch, keys.length)
      const first = this.#bare.seq + 1
      const now = Date.now()
      db.exec('BEGIN')
      for (let index = from; index < end; index++) this.#bare.reserve(keys[index]! + 1, now, ttlMs)
      db.exec('COMMIT')
      db.exec('BEGIN')
      for (let index = from; index < end; index++)
        this.#move(SOLD, 1, keys[index]! + 1, first + index - from, now)
      db.exec('COMMIT')
      db.exec('BEGIN')
      for (let index = from; index < end; index++)
        this.#move(SHIPPED, 4, keys[index]! + 1, first + index - from, now)
      db.exec('COMMIT')
    }
  }

  #move(type: number, status: number, key: number, reservation: number, now: number): void {
    const bare = this.#bare
    const seq = ++bare.seq
    if (type === SOLD) bare.held[key]!--
    bare.allocated[key]! += type === SOLD ? 1 : -1
    const [available, held, allocated] = [
      bare.available[key]!,
      bare.held[key]!,
      bare.allocated[key]!,
    ]
    this.#entry.run(seq, type, key, 1, now, available, held, allocated, reservation)
    this.#level.run(held, allocated, seq, key)
    this.#reservation.run(status, reservation)
  }
}

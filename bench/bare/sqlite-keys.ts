import type { StatementSync } from 'node:sqlite'
import type { BareSqlite } from './sqlite-loop.ts'

/** The bare loop with a fourth statement: each command's key, and what answers it. */
export class BareKeys {
  readonly #bare: BareSqlite
  readonly #insert: StatementSync

  constructor(bare: BareSqlite) {
    this.#bare = bare
    bare.db.exec(
      'CREATE TABLE key (key TEXT PRIMARY KEY, reservation INTEGER NOT NULL) WITHOUT ROWID',
    )
    this.#insert = bare.db.prepare('INSERT INTO key VALUES (?, ?)')
  }

  reserveAll(
    levels: ArrayLike<number>,
    keys: readonly string[],
    batch: number,
    ttlMs: number,
  ): void {
    for (let from = 0; from < levels.length; from += batch) {
      const now = Date.now()
      const end = Math.min(from + batch, levels.length)
      this.#bare.db.exec('BEGIN')
      for (let index = from; index < end; index++) {
        this.#bare.reserve(levels[index]! + 1, now, ttlMs)
        this.#insert.run(keys[index]!, this.#bare.seq)
      }
      this.#bare.db.exec('COMMIT')
    }
  }
}

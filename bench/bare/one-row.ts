import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** One row in one transaction, again and again: what a durable answer costs at the very least. */
export class BareOneRow {
  readonly #db: DatabaseSync
  readonly #insert: StatementSync
  #seq = 0

  constructor(path: string) {
    this.#db = new DatabaseSync(path)
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE entry (
        seq INTEGER PRIMARY KEY, level_key INTEGER NOT NULL, qty INTEGER NOT NULL,
        at INTEGER NOT NULL
      )`)
    this.#insert = this.#db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?)')
  }

  commit(count: number): void {
    for (let index = 0; index < count; index++) this.#insert.run(++this.#seq, index, 1, Date.now())
  }

  close(): void {
    this.#db.close()
  }
}

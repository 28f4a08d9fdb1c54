import { DatabaseSync, type StatementSync } from 'node:sqlite'

const RESERVED = 9
const PENDING = 0

/**
 * What is left when all is left out: three prepared statements per reserve, INTEGER keys, no check,
 * no index, no hash, no answer; balances known beforehand. Our speed is a share of this one's.
 */
export class BareSqlite {
  readonly db: DatabaseSync
  readonly available: Float64Array
  readonly held: Float64Array
  readonly allocated: Float64Array
  seq = 0
  readonly #entry: StatementSync
  readonly #level: StatementSync
  readonly #reservation: StatementSync

  constructor(path: string, levels: number, qty: number) {
    this.db = new DatabaseSync(path)
    this.db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = OFF; -- while it is filled
      -- Like ours: the difference is not to be what SQLite was told.
      PRAGMA cache_size = -65536;
      PRAGMA wal_autocheckpoint = 4000;
      CREATE TABLE level (
        key INTEGER PRIMARY KEY, available INTEGER NOT NULL, held INTEGER NOT NULL,
        allocated INTEGER NOT NULL, last_seq INTEGER NOT NULL
      );
      CREATE TABLE entry (
        seq INTEGER PRIMARY KEY, type INTEGER NOT NULL, level_key INTEGER NOT NULL,
        qty INTEGER NOT NULL, at INTEGER NOT NULL, available INTEGER NOT NULL,
        held INTEGER NOT NULL, allocated INTEGER NOT NULL, reservation INTEGER
      );
      CREATE TABLE reservation (
        seq INTEGER PRIMARY KEY, level_key INTEGER NOT NULL, qty INTEGER NOT NULL,
        status INTEGER NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
        random INTEGER NOT NULL
      )`)
    this.#entry = this.db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#level = this.db.prepare(
      'UPDATE level SET available = ?, held = ?, last_seq = ? WHERE key = ?',
    )
    this.#reservation = this.db.prepare('INSERT INTO reservation VALUES (?, ?, ?, ?, ?, ?, ?)')
    this.available = new Float64Array(levels + 1).fill(qty)
    this.held = new Float64Array(levels + 1)
    this.allocated = new Float64Array(levels + 1)
    this.#fill(levels, qty)
    this.db.exec('PRAGMA synchronous = FULL')
  }

  #fill(levels: number, qty: number): void {
    const insert = this.db.prepare('INSERT INTO level VALUES (?, ?, 0, 0, ?)')
    for (let from = 1; from <= levels; from += 100_000) {
      this.db.exec('BEGIN')
      for (let key = from; key < from + 100_000 && key <= levels; key++) {
        const seq = ++this.seq
        this.#entry.run(seq, 1, key, qty, Date.now(), qty, 0, 0, null)
        insert.run(key, qty, seq)
      }
      this.db.exec('COMMIT')
    }
  }

  /** One unit of a level becomes held. */
  reserve(key: number, now: number, ttlMs: number): void {
    const seq = ++this.seq
    const available = --this.available[key]!
    const held = ++this.held[key]!
    this.#entry.run(seq, RESERVED, key, 1, now, available, held, this.allocated[key]!, seq)
    this.#level.run(available, held, seq, key)
    this.#reservation.run(seq, key, 1, PENDING, now, now + ttlMs, seq)
  }

  /** A reserve for each key, so many in one transaction. */
  reserveAll(keys: ArrayLike<number>, batch: number, ttlMs: number): void {
    for (let from = 0; from < keys.length; from += batch) {
      const now = Date.now()
      const end = Math.min(from + batch, keys.length)
      this.db.exec('BEGIN')
      for (let index = from; index < end; index++) this.reserve(keys[index]! + 1, now, ttlMs)
      this.db.exec('COMMIT')
    }
  }

  close(): void {
    this.db.close()
  }
}

import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { TTL_MS } from '../measure/shop.ts'

const SOLD = 2
const RESERVED = 9
const SHIPPED = 11
const PENDING = 0

/**
 * The bare minimum: three prepared statements per reserve, INTEGER keys, no checks, index, hash or answer; balances are
 * known beforehand. The engine's speed is given as a share of this one.
 */
export class BareSqlite {
  readonly #db: DatabaseSync
  readonly #available: Float64Array
  readonly #held: Float64Array
  readonly #allocated: Float64Array
  #seq = 0
  readonly #entry: StatementSync
  readonly #reserved: StatementSync
  readonly #moved: StatementSync
  readonly #reservation: StatementSync
  readonly #status: StatementSync
  readonly #key: StatementSync

  constructor(path: string, levels: number, qty: number) {
    this.#db = new DatabaseSync(path)
    this.#db.exec(`
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
      );
      CREATE TABLE key (key TEXT PRIMARY KEY, reservation INTEGER NOT NULL) WITHOUT ROWID`)
    const prepare = (sql: string): StatementSync => this.#db.prepare(sql)
    this.#entry = prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#reserved = prepare('UPDATE level SET available = ?, held = ?, last_seq = ? WHERE key = ?')
    this.#moved = prepare('UPDATE level SET held = ?, allocated = ?, last_seq = ? WHERE key = ?')
    this.#reservation = prepare('INSERT INTO reservation VALUES (?, ?, ?, ?, ?, ?, ?)')
    this.#status = prepare('UPDATE reservation SET status = ? WHERE seq = ?')
    this.#key = prepare('INSERT INTO key VALUES (?, ?)')
    this.#available = new Float64Array(levels + 1).fill(qty)
    this.#held = new Float64Array(levels + 1)
    this.#allocated = new Float64Array(levels + 1)
    this.#fill(levels, qty)
    this.#db.exec('PRAGMA synchronous = FULL')
  }

  #fill(levels: number, qty: number): void {
    const insert = this.#db.prepare('INSERT INTO level VALUES (?, ?, 0, 0, ?)')
    this.#inBatches(levels, 100_000, (index, now) => {
      const seq = ++this.#seq
      this.#entry.run(seq, 1, index + 1, qty, now, qty, 0, 0, null)
      insert.run(index + 1, qty, seq)
    })
  }

  /** Reserves one unit of each level (counted from 0), `batch` in one transaction. */
  reserveAll(levels: ArrayLike<number>, batch: number): void {
    this.#inBatches(levels.length, batch, (index, now) => this.#reserve(levels[index]! + 1, now))
  }

  /** The same with a fourth statement: each command's key, and its answer. */
  reserveWithKeys(levels: ArrayLike<number>, keys: readonly string[], batch: number): void {
    this.#inBatches(levels.length, batch, (index, now) => {
      this.#reserve(levels[index]! + 1, now)
      this.#key.run(keys[index]!, this.#seq)
    })
  }

  /** Reserved, confirmed, shipped, three statements each; `batch` of one kind in one transaction. */
  sellAll(levels: ArrayLike<number>, batch: number): void {
    for (let from = 0; from < levels.length; from += batch) {
      const count = Math.min(batch, levels.length - from)
      const first = this.#seq + 1
      const each = (write: (level: number, now: number, reservation: number) => void): void =>
        this.#inBatches(count, batch, (index, now) =>
          write(levels[from + index]! + 1, now, first + index),
        )
      each((level, now) => this.#reserve(level, now))
      each((level, now, reservation) => this.#move(SOLD, 1, level, reservation, now))
      each((level, now, reservation) => this.#move(SHIPPED, 4, level, reservation, now))
    }
  }

  close(): void {
    this.#db.close()
  }

  #inBatches(count: number, batch: number, write: (index: number, now: number) => void): void {
    for (let from = 0; from < count; from += batch) {
      const now = Date.now()
      const end = Math.min(from + batch, count)
      this.#db.exec('BEGIN')
      for (let index = from; index < end; index++) write(index, now)
      this.#db.exec('COMMIT')
    }
  }

  #reserve(level: number, now: number): void {
    const seq = ++this.#seq
    const available = --this.#available[level]!
    const held = ++this.#held[level]!
    this.#entry.run(seq, RESERVED, level, 1, now, available, held, this.#allocated[level]!, seq)
    this.#reserved.run(available, held, seq, level)
    this.#reservation.run(seq, level, 1, PENDING, now, now + TTL_MS, seq)
  }

  #move(type: number, status: number, level: number, reservation: number, now: number): void {
    const seq = ++this.#seq
    if (type === SOLD) this.#held[level]!--
    this.#allocated[level]! += type === SOLD ? 1 : -1
    const available = this.#available[level]!
    const [held, allocated] = [this.#held[level]!, this.#allocated[level]!]
    this.#entry.run(seq, type, level, 1, now, available, held, allocated, reservation)
    this.#moved.run(held, allocated, seq, level)
    this.#status.run(status, reservation)
  }
}

/** One row per transaction, repeatedly: the least that a durable answer can cost. */
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

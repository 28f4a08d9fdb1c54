import { statSync } from 'node:fs'
import {
  DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from 'node:sqlite'

export type Row = readonly SQLOutputValue[]

/** Which file it is, whatever its name. */
export interface FileId {
  readonly ino: bigint
  readonly dev: bigint
}

/** One connection with its prepared statements. Rows come as arrays: an object each costs a third more. */
export class Connection {
  readonly db: DatabaseSync
  readonly path: string
  /** What the file was when it was opened. */
  readonly file: FileId | null
  readonly #statements = new Map<string, StatementSync>()

  constructor(path: string, options: { readonly readOnly: boolean; readonly cacheKiB: number }) {
    this.path = path
    this.db = new DatabaseSync(path, {
      readOnly: options.readOnly,
      // Nobody else writes, and readers block nobody: only a shell that was left open makes it wait.
      timeout: 5000,
      // Named in the schema for people; checking them costs a look-up for each row.
      enableForeignKeyConstraints: false,
      enableDoubleQuotedStringLiterals: false,
      allowExtension: false,
      defensive: true,
    })
    try {
      this.db.exec(`
        PRAGMA trusted_schema = OFF;
        PRAGMA cache_size = ${-options.cacheKiB};
        PRAGMA temp_store = MEMORY;
        PRAGMA synchronous = FULL;
        PRAGMA fullfsync = ON;
        PRAGMA checkpoint_fullfsync = ON`)
      this.file = idOf(path)
    } catch (error) {
      this.db.close()
      throw error
    }
  }

  /** Whether its path still leads to the file that was opened: 3 µs. */
  get isInPlace(): boolean {
    try {
      return isSameFile(idOf(this.path), this.file)
    } catch {
      return true // nobody can tell: the folder's rights were taken away
    }
  }

  /** The statement for this text, prepared once. */
  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.db.prepare(sql)
      statement.setReturnArrays(true)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.prepare(sql).run(...values).changes)
  }

  /** The first row. */
  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepare(sql).get(...values) as unknown as Row | undefined
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.prepare(sql).all(...values) as unknown as Row[]
  }

  /** Row by row: for searches that know by themselves when they have enough. */
  iterate(sql: string, ...values: SQLInputValue[]): IterableIterator<Row> {
    return this.prepare(sql).iterate(...values) as unknown as IterableIterator<Row>
  }

  /** The value of the first column of the first row: of a PRAGMA, a count. */
  value(sql: string): SQLOutputValue {
    return this.get(sql)?.[0] ?? null
  }

  /** Everything that `work` reads is of one state. */
  atOnce<T>(work: () => T): T {
    if (this.db.isTransaction) return work()
    this.run('BEGIN')
    try {
      return work()
    } finally {
      // After some faults SQLite has ended the transaction by itself.
      if (this.db.isTransaction) this.run('ROLLBACK')
    }
  }

  close(): void {
    this.#statements.clear()
    if (this.db.isOpen) this.db.close()
  }
}

function idOf(path: string): FileId | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? null : { ino: stats.ino, dev: stats.dev }
}

export function isSameFile(one: FileId | null, other: FileId | null): boolean {
  return one !== null && one.ino === other?.ino && one.dev === other.dev
}

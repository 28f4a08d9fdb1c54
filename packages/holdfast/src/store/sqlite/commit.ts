import type { Connection } from './connection.ts'
import { EntryWriter } from './entry-writer.ts'
import { commitFault, writeFault } from './faults.ts'
import { KeyWriter } from './keys.ts'
import { LevelWriter } from './level-writer.ts'
import { beginWriting } from './log-bond.ts'
import { writeMarks } from './marks.ts'
import type { PackedCommit } from './packed-commit.ts'
import { ReservationWriter } from './reservation-writer.ts'
import { writeTransfers } from './transfers.ts'
import { writeWarehouses } from './warehouses.ts'

const INSERT_COMMIT = 'INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?)'

/** Makes one commit durable in one transaction. */
export class CommitWriter {
  readonly #connection: Connection
  readonly #levels: LevelWriter
  readonly #reservations: ReservationWriter
  readonly #entries: EntryWriter
  readonly #keys: KeyWriter

  constructor(connection: Connection) {
    this.#connection = connection
    this.#levels = new LevelWriter(connection)
    this.#reservations = new ReservationWriter(connection)
    this.#entries = new EntryWriter(connection)
    this.#keys = new KeyWriter(connection)
  }

  /** @throws StoreFailure */
  write(packed: PackedCommit): void {
    const { db } = this.#connection
    try {
      beginWriting(this.#connection)
      this.#rows(packed)
    } catch (error) {
      const fault = writeFault(error)
      // After a full disk, and after what says OR ROLLBACK, SQLite has rolled back by itself.
      if (db.isTransaction) this.#connection.run('ROLLBACK')
      throw fault
    }
    try {
      this.#connection.run('COMMIT')
    } catch (error) {
      const fault = commitFault(error)
      if (db.isTransaction) this.#connection.run('ROLLBACK')
      throw fault
    }
  }

  #rows(packed: PackedCommit): void {
    const { head, batchId } = packed
    const connection = this.#connection
    writeWarehouses(connection, packed.warehouses)
    this.#levels.write(packed)
    this.#reservations.write(packed)
    writeTransfers(connection, packed.transfers, packed.before.seq)
    this.#entries.write(packed)
    this.#keys.write(packed)
    writeMarks(connection, packed.marks)
    const hash = Buffer.from(head.hash, 'hex')
    const batch = Buffer.from(batchId, 'hex')
    connection.run(INSERT_COMMIT, head.commit, head.seq, head.at, head.levelKeys, hash, batch)
  }
}

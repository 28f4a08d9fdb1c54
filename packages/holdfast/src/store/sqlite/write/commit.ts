import type { Connection } from '../file/connection.ts'
import { commitFault, writeFault } from '../file/faults.ts'
import { forgetKeys, KeyWriter } from '../tables/keys.ts'
import { LevelWriter } from '../tables/write-levels.ts'
import { beginWriting } from '../file/log-bond.ts'
import { writeDocuments } from '../tables/documents.ts'
import type { PackedCommit } from '../packed/packed-commit.ts'
import { ReservationWriter } from '../tables/write-reservations.ts'
import { writeTransfers } from '../tables/write-transfers.ts'
import { writeWarehouses } from '../tables/warehouses.ts'

const INSERT_COMMIT = 'INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), ?)'

/** Makes one commit durable in one transaction. */
export class CommitWriter {
  readonly #connection: Connection
  readonly #levels: LevelWriter
  readonly #reservations: ReservationWriter
  readonly #keys: KeyWriter

  constructor(connection: Connection) {
    this.#connection = connection
    this.#levels = new LevelWriter(connection)
    this.#reservations = new ReservationWriter(connection)
    this.#keys = new KeyWriter(connection)
  }

  /** @throws StoreFailure */
  write(packed: PackedCommit): void {
    const { db } = this.#connection
    try {
      beginWriting(this.#connection)
      this.rows(packed)
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

  /** Within a transaction. */
  rows(packed: PackedCommit): void {
    const { head, before, batchId, body, texts } = packed
    const connection = this.#connection
    writeWarehouses(connection, packed.warehouses)
    this.#levels.write(packed)
    this.#reservations.write(packed)
    writeTransfers(connection, packed.transfers, packed.before.seq)
    forgetKeys(connection, packed.forgotten)
    this.#keys.write(packed)
    writeDocuments(connection, packed.documents)
    const hash = Buffer.from(head.hash, 'hex')
    const batch = Buffer.from(batchId, 'hex')
    const header = [head.commit, before.seq + 1, head.seq, head.at, head.levelKeys, batch, hash]
    connection.run(INSERT_COMMIT, ...header, body, texts)
  }
}

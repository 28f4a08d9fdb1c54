import type { Connection } from '../file/connection.ts'
import { LevelWriter } from '../tables/write-levels.ts'
import { beginWriting } from '../file/log-bond.ts'
import type { PackedCommit, PackedState } from '../packed/packed-commit.ts'
import { movePosition } from '../tables/positions.ts'
import type { Position } from '../../store.ts'
import { CommitWriter } from './commit.ts'
import { ReservationWriter } from '../tables/write-reservations.ts'
import { forgetPostings } from '../tables/postings.ts'
import { writeTransfers } from '../tables/write-transfers.ts'
import { writeWarehouses } from '../tables/warehouses.ts'

const TABLES = ['level', 'level_key', 'reservation', 'transfer', 'warehouse_stock', 'warehouse']

/** All of the state in one transaction, in the place of what is there. */
export class Rebuild {
  readonly #connection: Connection
  readonly #levels: LevelWriter
  readonly #reservations: ReservationWriter
  readonly #commits: CommitWriter

  constructor(connection: Connection) {
    this.#connection = connection
    this.#levels = new LevelWriter(connection)
    this.#reservations = new ReservationWriter(connection)
    this.#commits = new CommitWriter(connection)
    beginWriting(connection)
    try {
      for (const table of TABLES) connection.run(`DELETE FROM ${table}`)
      forgetPostings(connection)
      // What an index holds of rows that are gone is gone with it; what it holds besides was put there.
      connection.run('REINDEX')
    } catch (error) {
      this.abandon()
      throw error
    }
  }

  commit(packed: PackedCommit): void {
    this.#commits.rows(packed)
  }

  position({ name, seq }: Position): void {
    movePosition(this.#connection, { name, from: null, to: seq, carried: [] })
  }

  add(packed: PackedState): void {
    writeWarehouses(this.#connection, packed.warehouses)
    this.#levels.write(packed)
    this.#reservations.write(packed)
    writeTransfers(this.#connection, packed.transfers, 0)
  }

  finish(): void {
    this.#connection.run('COMMIT')
  }

  abandon(): void {
    if (this.#connection.db.isTransaction) this.#connection.run('ROLLBACK')
  }
}

import type { SQLInputValue } from 'node:sqlite'

import { StoreFailure } from '../failure.ts'
import { Bulk } from './bulk.ts'
import type { Connection } from './connection.ts'
import { commitFault, writeFault } from './faults.ts'
import { writeKeys } from './keys.ts'
import { writeMarks } from './marks.ts'
import { ENTRY_WIDTH, LEVEL_WIDTH, RESERVATION_WIDTH, type PackedCommit } from './pack.ts'
import { writeTransfers } from './transfers.ts'
import { positionOf, writeWarehouses } from './warehouses.ts'

const CHANGE_RESERVATION =
  'UPDATE reservation SET qty = ?, status = ?, expires_at = ? WHERE seq = ?'

const INSERT_COMMIT = 'INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?)'

/** Makes one commit durable in one transaction. */
export class CommitWriter {
  readonly #connection: Connection
  readonly #entries: Bulk
  /** Without the columns that are empty in most entries: a fifth less to bind. */
  readonly #plainEntries: Bulk
  readonly #levels: Bulk
  readonly #levelKeys: Bulk
  readonly #reservations: Bulk

  constructor(connection: Connection) {
    this.#connection = connection
    this.#entries = new Bulk(connection, 'INSERT INTO entry', ENTRY_WIDTH + 2)
    const plain = `INSERT INTO entry (seq, type, level_key, qty, at, available, held, allocated,
      previous_seq, reservation, transfer, extra)`
    this.#plainEntries = new Bulk(connection, plain, 12)
    // A level is its newest state: written once a commit, whether it is new or not.
    this.#levels = new Bulk(connection, 'REPLACE INTO level', LEVEL_WIDTH)
    this.#levelKeys = new Bulk(connection, 'INSERT INTO level_key', 3)
    this.#reservations = new Bulk(connection, 'INSERT INTO reservation', RESERVATION_WIDTH + 1)
  }

  /** @throws StoreFailure */
  write(packed: PackedCommit): void {
    const { db } = this.#connection
    try {
      this.#connection.run('BEGIN IMMEDIATE')
      this.#rows(packed)
    } catch (error) {
      const fault = writeFault(error)
      // After a full disk SQLite has rolled back by itself.
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
    this.#writeLevels(packed)
    this.#writeReservations(packed)
    writeTransfers(connection, packed.transfers, packed.before.seq)
    this.#writeEntries(packed)
    writeKeys(connection, packed.keys)
    writeMarks(connection, packed.marks)
    const hash = Buffer.from(head.hash, 'hex')
    const batch = Buffer.from(batchId, 'hex')
    connection.run(INSERT_COMMIT, head.commit, head.seq, head.at, head.levelKeys, hash, batch)
  }

  #writeLevels(packed: PackedCommit): void {
    const { numbers, newLevels } = packed
    const from = packed.entries * ENTRY_WIDTH
    if (newLevels.length > 0) {
      const keys: number[] = []
      for (let i = 0; i < packed.levels; i++) {
        const key = numbers[from + i * LEVEL_WIDTH]!
        if (key > packed.before.levelKeys) keys.push(key)
      }
      this.#levelKeys.write(keys.length, (row, values, at) => {
        values[at] = keys[row]!
        values[at + 1] = newLevels[row * 2]!
        values[at + 2] = newLevels[row * 2 + 1]!
      })
    }
    this.#levels.write(packed.levels, (row, values, at) => {
      copy(numbers, from + row * LEVEL_WIDTH, values, at, LEVEL_WIDTH)
    })
  }

  #writeReservations(packed: PackedCommit): void {
    const { numbers, owners, before } = packed
    const from = packed.entries * ENTRY_WIDTH + packed.levels * LEVEL_WIDTH
    const made: number[] = []
    for (let i = 0; i < packed.reservations; i++) {
      const at = from + i * RESERVATION_WIDTH
      if (numbers[at]! > before.seq) made.push(i)
      else this.#changeReservation(numbers, at)
    }
    this.#reservations.write(made.length, (row, values, at) => {
      const index = made[row]!
      copy(numbers, from + index * RESERVATION_WIDTH, values, at, RESERVATION_WIDTH)
      values[at + RESERVATION_WIDTH] = owners === null ? null : owners[index]!
    })
  }

  #changeReservation(numbers: Float64Array, at: number): void {
    const seq = numbers[at]!
    const [qty, status, expiresAt] = [numbers[at + 2]!, numbers[at + 3]!, numbers[at + 5]!]
    const changed = this.#connection.run(CHANGE_RESERVATION, qty, status, expiresAt, seq)
    if (changed !== 1) {
      const message = `the file holds no reservation ${seq}, which was to change`
      throw new StoreFailure(message, { outcome: 'not-committed', fatal: true })
    }
  }

  #writeEntries(packed: PackedCommit): void {
    const { numbers, actors, metadata, notes, entries } = packed
    if (notes.length > 0) this.#fillInWarehouses(packed)
    let plain = actors === null && metadata === null
    for (let i = 0; plain && i < entries; i++) {
      plain = Number.isNaN(numbers[i * ENTRY_WIDTH + 12])
    }
    if (plain) {
      this.#plainEntries.write(entries, (row, values, at) => {
        copy(numbers, row * ENTRY_WIDTH, values, at, 12)
      })
      return
    }
    this.#entries.write(entries, (row, values, at) => {
      copy(numbers, row * ENTRY_WIDTH, values, at, ENTRY_WIDTH)
      values[at + ENTRY_WIDTH] = actors === null ? null : actors[row]!
      values[at + ENTRY_WIDTH + 1] = metadata === null ? null : metadata[row]!
    })
  }

  /** An entry that belongs to no level says by `extra` which warehouse it is about. */
  #fillInWarehouses({ numbers, notes, entries }: PackedCommit): void {
    let note = 0
    for (let at = 0; at < entries * ENTRY_WIDTH; at += ENTRY_WIDTH) {
      if (numbers[at + 2] === 0) numbers[at + 11] = positionOf(this.#connection, notes[note++]!)
    }
  }
}

function copy(
  numbers: Float64Array,
  from: number,
  values: SQLInputValue[],
  at: number,
  width: number,
): void {
  for (let i = 0; i < width; i++) {
    const number = numbers[from + i]!
    values[at + i] = Number.isNaN(number) ? null : number
  }
}

import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import type * as port from '../store.ts'
import { backupTo } from './backup.ts'
import { Balances } from './balances.ts'
import type { Connection, Row } from './connection.ts'
import { listEntries, type RawEntries } from './entries.ts'
import { readFault } from './faults.ts'
import { readHead } from './head.ts'
import { history } from './history.ts'
import { findLevel, listLevels, withDue, type DueLevel } from './levels.ts'
import { readMarks } from './marks.ts'
import { integrity } from './integrity.ts'
import { openToRead, type OpenFile } from './open-file.ts'
import { findReservation, listReservations } from './reservations.ts'
import { commitAt, trail } from './trail.ts'
import { findTransfer, listTransfers } from './transfers.ts'
import { readWarehouses } from './warehouses.ts'

/** All that a reading connection does. Entries leave as rows: the caller's side makes them. */
export class ReadDesk {
  readonly #file: OpenFile
  readonly #balances: Balances

  /** With `frozen`, everything is read from the state as it is now. */
  constructor(path: string, options: { readonly cacheKiB: number; readonly frozen: boolean }) {
    this.#file = openToRead(path, options.cacheKiB)
    const { connection } = this.#file
    this.#balances = new Balances(connection)
    if (!options.frozen) return
    try {
      connection.run('BEGIN')
      readHead(connection) // the state is fixed by the first read
    } catch (error) {
      connection.close()
      throw readFault(error, this.#file.path)
    }
  }

  head(): port.Head {
    return this.#read((connection) => readHead(connection))
  }

  warehouses(): port.Page<port.WarehouseRow> {
    return this.#page((connection) => readWarehouses(connection))
  }

  levels(query: port.LevelQuery): port.Page<DueLevel> {
    return this.#page((connection) => withDue(connection, listLevels(connection, query), query.now))
  }

  level(place: port.Place, now: number): port.Page<DueLevel> {
    return this.#page((connection) => {
      const level = findLevel(connection, place)
      return level === null ? [] : withDue(connection, [level], now)
    })
  }

  reservation(id: string): port.Page<Reservation> {
    return this.#page((connection) => findReservation(connection, id))
  }

  reservations(query: port.ReservationQuery): port.Page<Reservation> {
    return this.#page((connection) => listReservations(connection, query))
  }

  transfer(id: string): port.Page<Transfer> {
    return this.#page((connection) => findTransfer(connection, id))
  }

  transfers(query: port.TransferQuery): port.Page<Transfer> {
    return this.#page((connection) => listTransfers(connection, query))
  }

  entries(query: port.EntryQuery): RawEntries & { readonly seq: number; readonly at: number } {
    return this.#read((connection) => {
      const { seq, at } = readHead(connection)
      return { seq, at, ...listEntries(connection, query, seq) }
    })
  }

  history(
    place: port.Place,
    throughSeq: number,
    limit: number,
  ): port.Page<Row> & { readonly more: boolean } {
    return this.#read((connection) => {
      const { seq, at } = readHead(connection)
      return { seq, at, ...history(connection, place, throughSeq, limit) }
    })
  }

  commitAt(time: number): port.CommitRow | null {
    return this.#read((connection) => commitAt(connection, time))
  }

  trail(afterCommit: number, maxEntries: number): ReturnType<typeof trail> {
    return this.#read((connection) => trail(connection, afterCommit, maxEntries))
  }

  balances(afterKey: number, limit: number): port.BalanceRow[] {
    return this.#read(() => this.#balances.read(afterKey, limit))
  }

  marks(prefix: string): port.Mark[] {
    return this.#read((connection) => readMarks(connection, prefix))
  }

  integrity(): string[] {
    return this.#read((connection) => integrity(connection))
  }

  async backup(path: string, report: (done: number) => void): Promise<void> {
    return backupTo(this.#file.connection, path, report)
  }

  close(): void {
    this.#file.close()
  }

  #page<T>(rows: (connection: Connection) => readonly T[]): port.Page<T> {
    return this.#read((connection) => {
      const { seq, at } = readHead(connection)
      return { seq, at, rows: rows(connection) }
    })
  }

  #read<T>(work: (connection: Connection) => T): T {
    const { connection, path } = this.#file
    try {
      return connection.atOnce(() => work(connection))
    } catch (error) {
      throw readFault(error, path)
    }
  }
}

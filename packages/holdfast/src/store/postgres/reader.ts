import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type * as port from '../store.ts'
import { Balances } from './balances.ts'
import { listEntries } from './entries.ts'
import { readHead } from './head.ts'
import { history } from './history.ts'
import { integrity } from './integrity.ts'
import { findLevel, listLevels, type DueLevel } from './levels.ts'
import { readMarks } from './marks.ts'
import { findReservation, listReservations } from './reservations.ts'
import type { Session } from './session.ts'
import { commitAt, trail } from './trail.ts'
import { findTransfer, listTransfers } from './transfers.ts'
import { readClock } from './turn.ts'
import { readWarehouses } from './warehouses.ts'

/** Where a reader's statements run: anywhere, or all in one transaction. */
export type ReadWith = <T>(work: (session: Session) => Promise<T>) => Promise<T>

/** The port's reader. Every answer comes from one statement, and so from one moment. */
export class PostgresReader implements port.Reader {
  readonly #read: ReadWith
  readonly #makeSnapshot: () => ReturnType<port.Reader['snapshot']>
  readonly #balances = new Balances()
  readonly clock = async (): Promise<number> => this.#read(readClock)

  constructor(read: ReadWith, makeSnapshot: () => ReturnType<port.Reader['snapshot']>) {
    this.#read = read
    this.#makeSnapshot = makeSnapshot
  }

  async head(): Promise<port.Head> {
    return this.#read(readHead)
  }

  async warehouses(): Promise<port.Page<port.WarehouseRow>> {
    const { head, warehouses } = await this.#read(readWarehouses)
    return { seq: head.seq, at: head.at, rows: warehouses }
  }

  async levels(query: port.LevelQuery): Promise<port.Page<DueLevel>> {
    return this.#read((session) => listLevels(session, query))
  }

  async level(place: port.Place, now: number): Promise<port.Page<DueLevel>> {
    return this.#read((session) => findLevel(session, place, now))
  }

  async reservation(id: string): Promise<port.Page<Reservation>> {
    return this.#read((session) => findReservation(session, id))
  }

  async reservations(query: port.ReservationQuery): Promise<port.Page<Reservation>> {
    return this.#read((session) => listReservations(session, query))
  }

  async transfer(id: string): Promise<port.Page<Transfer>> {
    return this.#read((session) => findTransfer(session, id))
  }

  async transfers(query: port.TransferQuery): Promise<port.Page<Transfer>> {
    return this.#read((session) => listTransfers(session, query))
  }

  async entries(query: port.EntryQuery): Promise<port.EntryPage> {
    return this.#read((session) => listEntries(session, query))
  }

  async history(place: port.Place, throughSeq: number, limit: number): Promise<port.HistoryPage> {
    return this.#read((session) => history(session, place, throughSeq, limit))
  }

  async commitAt(time: number): Promise<port.CommitRow | null> {
    return this.#read((session) => commitAt(session, time))
  }

  async trail(afterCommit: number, maxEntries: number): ReturnType<port.Reader['trail']> {
    return this.#read((session) => trail(session, afterCommit, maxEntries))
  }

  async balances(afterKey: number, limit: number): Promise<readonly port.BalanceRow[]> {
    return this.#read((session) => this.#balances.read(session, afterKey, limit))
  }

  async marks(prefix: string): Promise<readonly port.Mark[]> {
    return this.#read((session) => readMarks(session, prefix))
  }

  async snapshot(): ReturnType<port.Reader['snapshot']> {
    return this.#makeSnapshot()
  }

  async integrity(): Promise<readonly string[]> {
    return this.#read(integrity)
  }

  async backup(): Promise<void> {
    const message =
      'PostgreSQL is backed up by its own means: pg_dump, pg_basebackup, or an archive of its log; see docs/postgres.md'
    throw new OperationalError('STORE_UNAVAILABLE', message)
  }
}

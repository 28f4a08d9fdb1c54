import type { LevelId } from '../../model/level-counts.ts'
import type { LoggedCommit } from '../../log/commit-body.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type { ReservationRows } from '../reservation-rows.ts'
import { sumOfRows, type SumSecret } from '../reservation-sum.ts'
import type * as port from '../store.ts'
import { listDocuments } from './tables/documents.ts'
import { listEntries } from './read/entries.ts'
import { entries, isPosted, listReservations, listTransfers } from './read/found.ts'
import { readHead } from './tables/head.ts'
import { history } from './read/history.ts'
import { schemaBytes } from './schema/bytes.ts'
import { integrity } from './schema/integrity.ts'
import { isStandby } from './schema/inspect.ts'
import { keyRows } from './tables/keys.ts'
import type { DueLevel } from '../rows/level.ts'
import { findLevel, listLevels } from './tables/levels.ts'
import { readLog, seqAt } from './read/log.ts'
import { listPositions } from './tables/positions.ts'
import { findReservation } from './tables/reservations.ts'
import { levelRows, reservationRows, transferRows } from './read/rows.ts'
import type { SharedTail } from './read/posted.ts'
import { postingRows, readPostingMark } from './tables/postings.ts'
import type { Session } from './connect/session.ts'
import { findTransfer } from './tables/transfers.ts'
import { readClock } from './write/head-lock.ts'
import { readWarehouses } from './tables/warehouses.ts'

/** Where a reader's statements run: anywhere, or all in one transaction. */
export type ReadWith = <T>(work: (session: Session) => Promise<T>) => Promise<T>

interface ReaderParts {
  readonly read: ReadWith
  readonly atOnce: ReadWith
  readonly patiently: ReadWith
  readonly tail: SharedTail
}

/** The port's reader. Every answer is from one moment: from one statement, from one state, or with what never changes. */
export class PostgresReader implements port.Reader {
  readonly #read: ReadWith
  readonly #readAtOnce: ReadWith
  readonly #readPatiently: ReadWith
  readonly #tail: SharedTail
  readonly #makeSnapshot: () => ReturnType<port.Reader['snapshot']>
  readonly besideSnapshot = false
  readonly clock = async (): Promise<number> => this.#read(readClock)

  /** All statements of `atOnce` see one state, and those of `patiently`, which no time-out of the role ends. */
  constructor(
    { read, atOnce, patiently, tail }: ReaderParts,
    makeSnapshot: () => ReturnType<port.Reader['snapshot']>,
  ) {
    this.#read = read
    this.#readAtOnce = atOnce
    this.#readPatiently = patiently
    this.#tail = tail
    this.#makeSnapshot = makeSnapshot
  }

  async isStandby(): Promise<boolean> {
    return this.#read(isStandby)
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

  async level(place: LevelId, now: number): Promise<port.Page<DueLevel>> {
    return this.#read((session) => findLevel(session, place, now))
  }

  async reservation(id: string): Promise<port.Page<Reservation>> {
    return this.#read((session) => findReservation(session, id))
  }

  async reservations(query: port.ReservationQuery): Promise<port.RecordPage<Reservation>> {
    return this.#readAtOnce((session) => listReservations(session, query, this.#tail))
  }

  async transfer(id: string): Promise<port.Page<Transfer>> {
    return this.#read((session) => findTransfer(session, id))
  }

  async transfers(query: port.TransferQuery): Promise<port.RecordPage<Transfer>> {
    return this.#readAtOnce((session) => listTransfers(session, query, this.#tail))
  }

  async entries(query: port.EntryQuery): Promise<port.EntryPage> {
    return isPosted(query)
      ? this.#readAtOnce((session) => entries(session, query, this.#tail))
      : this.#read((session) => listEntries(session, query))
  }

  async history(place: LevelId, throughSeq: number, limit: number): Promise<port.HistoryPage> {
    return this.#readAtOnce((session) => history(session, place, throughSeq, limit, this.#tail))
  }

  async seqAt(time: number): Promise<number> {
    return this.#read((session) => seqAt(session, time))
  }

  async log(afterCommit: number): Promise<readonly LoggedCommit[]> {
    return this.#readPatiently((session) => readLog(session, afterCommit))
  }

  async levelRows(afterKey: number, limit: number): Promise<readonly port.LevelRow[]> {
    return this.#read((session) => levelRows(session, afterKey, limit))
  }

  async reservationRows(afterSeq: number, throughSeq: number): Promise<ReservationRows> {
    return this.#read((session) => reservationRows(session, afterSeq, throughSeq))
  }

  async reservationSum(secret: SumSecret, afterSeq: number, throughSeq: number): Promise<number> {
    return sumOfRows(secret, await this.reservationRows(afterSeq, throughSeq), afterSeq)
  }

  async transferRows(afterSeq: number, limit: number): Promise<readonly port.Stamped<Transfer>[]> {
    return this.#read((session) => transferRows(session, afterSeq, limit))
  }

  async documents(prefix: string): Promise<readonly port.StoredDocument[]> {
    return this.#read((session) => listDocuments(session, prefix))
  }

  async positions(): Promise<readonly port.Position[]> {
    return this.#read(listPositions)
  }

  async keyRows(after: port.KeyRow | null): Promise<readonly port.KeyRow[]> {
    return this.#read((session) => keyRows(session, after))
  }

  async postingMark(): Promise<port.PostingMark> {
    return this.#read(readPostingMark)
  }

  async postingRows(after: port.PostingPlace | null): Promise<port.PostingRows> {
    return this.#read((session) => postingRows(session, after))
  }

  async snapshot(): ReturnType<port.Reader['snapshot']> {
    return this.#makeSnapshot()
  }

  async integrity(): Promise<readonly string[]> {
    return this.#readPatiently(integrity)
  }

  async bytes(): Promise<number> {
    return this.#read(schemaBytes)
  }

  async backup(): Promise<void> {
    const message =
      'PostgreSQL is backed up by its own means: pg_dump, pg_basebackup, or an archive of its log; see docs/postgres.md'
    throw new OperationalError('STORE_UNAVAILABLE', message)
  }
}

import type { LevelId } from '../../../model/level-counts.ts'
import type { Reservation } from '../../../model/reservation.ts'
import type { Transfer } from '../../../model/transfer.ts'
import type { LoggedCommit } from '../../../log/commit-body.ts'
import { digested } from '../../../log/digested.ts'
import { findHistory } from '../../../log/pages.ts'
import type { ReservationRows } from '../../reservation-rows.ts'
import type { SumSecret } from '../../reservation-sum.ts'
import type * as port from '../../store.ts'
import { backupTo } from '../file/backup.ts'
import type { Connection, FileId } from '../file/connection.ts'
import { readFault } from '../file/faults.ts'
import { readHead } from '../tables/head.ts'
import type { DueLevel } from '../../rows/level.ts'
import { DueHolds } from '../tables/due-holds.ts'
import { findLevel, listLevels, withDue } from '../tables/levels.ts'
import { keyRows } from '../tables/keys.ts'
import { postingRows, readMark, type PackedPostings } from '../tables/postings.ts'
import { Found } from './found.ts'
import { Posted, type WholeRun } from './posted.ts'
import { Log, readLog, seqAt } from './log.ts'
import { listDocuments } from '../tables/documents.ts'
import { fileBytes } from '../file/file-path.ts'
import { integrity } from '../file/integrity.ts'
import { openToRead, type OpenFile } from '../file/open-file.ts'
import { findReservation } from '../tables/reservations.ts'
import { listPositions } from '../tables/positions.ts'
import { levelRows, reservationRows, reservationSum, transferRows } from './rows.ts'
import { findTransfer } from '../tables/transfers.ts'
import { readWarehouses } from '../tables/warehouses.ts'

/** All that a reading connection does. */
export class ReadSession {
  readonly #file: OpenFile
  readonly #log: Log
  readonly #found: Found
  readonly #posted: Posted
  readonly #dueHolds: DueHolds

  /** With `frozen`, everything is read from the state as it is now. */
  constructor(
    path: string,
    options: {
      readonly cacheKiB: number
      readonly frozen: boolean
      readonly runCommits: number
      readonly same: FileId | null
    },
  ) {
    this.#file = openToRead(path, options.cacheKiB, options.same)
    const { connection } = this.#file
    this.#log = new Log(connection)
    this.#posted = new Posted(connection, options.runCommits)
    this.#found = new Found(connection, this.#log, this.#posted)
    this.#dueHolds = new DueHolds(connection)
    if (!options.frozen) return
    try {
      connection.run('BEGIN')
      readHead(connection) // the state is fixed by the first read
    } catch (error) {
      connection.close()
      throw readFault(error, this.#file.path)
    }
  }

  file(): FileId | null {
    return this.#file.connection.file
  }

  head(): port.Head {
    return this.#read((connection) => readHead(connection))
  }

  warehouses(): port.Page<port.WarehouseRow> {
    return this.#page((connection) => readWarehouses(connection))
  }

  levels(query: port.LevelQuery): port.Page<DueLevel> {
    return this.#page((connection, settled) =>
      withDue(this.#dueHolds, listLevels(connection, query), { now: query.now, settled }),
    )
  }

  level(id: LevelId, now: number): port.Page<DueLevel> {
    return this.#page((connection, settled) => {
      const level = findLevel(connection, id)
      return level === null ? [] : withDue(this.#dueHolds, [level], { now, settled })
    })
  }

  reservation(id: string): port.Page<Reservation> {
    return this.#page((connection) => findReservation(connection, id))
  }

  reservations(query: port.ReservationQuery): port.RecordPage<Reservation> {
    return this.#at(() => this.#found.reservations(query))
  }

  transfer(id: string): port.Page<Transfer> {
    return this.#page((connection) => findTransfer(connection, id).map(({ record }) => record))
  }

  transfers(query: port.TransferQuery): port.RecordPage<Transfer> {
    return this.#at(() => this.#found.transfers(query))
  }

  entries(query: port.EntryQuery): port.EntryPage {
    return this.#at(() => this.#found.entries(query))
  }

  history(id: LevelId, throughSeq: number, limit: number): port.HistoryPage {
    return this.#at((connection) =>
      findHistory(this.#log, findLevel(connection, id), throughSeq, limit, this.#newestOfLevel),
    )
  }

  seqAt(time: number): number {
    return this.#read((connection) => seqAt(connection, time))
  }

  log(afterCommit: number, isDigested: boolean): LoggedCommit[] {
    const page = this.#read((connection) => readLog(connection, afterCommit))
    return isDigested ? page.map((commit) => ({ ...commit, digested: digested(commit) })) : page
  }

  levelRows(afterKey: number, limit: number): port.LevelRow[] {
    return this.#read((connection) => levelRows(connection, afterKey, limit))
  }

  reservationRows(afterSeq: number, throughSeq: number): ReservationRows {
    return this.#read((connection) => reservationRows(connection, afterSeq, throughSeq))
  }

  reservationSum(secret: SumSecret, afterSeq: number, throughSeq: number): number {
    return this.#read((connection) => reservationSum(connection, secret, afterSeq, throughSeq))
  }

  transferRows(afterSeq: number, limit: number): port.Stamped<Transfer>[] {
    return this.#read((connection) => transferRows(connection, afterSeq, limit))
  }

  documents(prefix: string): port.StoredDocument[] {
    return this.#read((connection) => listDocuments(connection, prefix))
  }

  positions(): port.Position[] {
    return this.#read((connection) => listPositions(connection))
  }

  keyRows(after: port.KeyRow | null): port.KeyRow[] {
    return this.#read((connection) => keyRows(connection, after))
  }

  bytes(): number {
    return fileBytes(this.#file.path)
  }

  integrity(): string[] {
    return this.#read((connection) => integrity(connection))
  }

  async backup(path: string, stop: Int32Array, report: (done: number) => void): Promise<void> {
    return backupTo(this.#file.connection, path, stop, report)
  }

  close(): void {
    this.#file.close()
  }

  followLog(): boolean {
    return this.#read(() => this.#posted.follow())
  }

  postingMark(): port.PostingMark {
    return this.#read(readMark)
  }

  postingRows(after: port.PostingPlace | null): port.PostingRows {
    return this.#read((connection) => postingRows(connection, after))
  }

  beginRun(): WholeRun | null {
    return this.#read(() => this.#posted.beginRun())
  }

  runRows(): PackedPostings | null {
    return this.#posted.runRows()
  }

  readonly #newestOfLevel = (level: number, throughSeq: number): number | null =>
    this.#found.newestOfLevel(level, throughSeq)

  #page<T>(rows: (connection: Connection, at: number) => readonly T[]): port.Page<T> {
    return this.#at((connection, at) => ({ rows: rows(connection, at) }))
  }

  /** With the position of the trail that it shows. */
  #at<T extends object>(
    work: (connection: Connection, at: number) => T,
  ): T & { readonly seq: number; readonly at: number } {
    return this.#read((connection) => {
      const { seq, at } = readHead(connection)
      return { seq, at, ...work(connection, at) }
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

import { findEntries, type EntryQuery, type FoundEntries } from '../../../log/pages.ts'
import { EntrySearch } from '../../../log/search.ts'
import type { Reservation } from '../../../model/reservation.ts'
import { seqOf } from '../../../model/record-id.ts'
import type { Transfer } from '../../../model/transfer.ts'
import {
  findPosted,
  newestOfLevel,
  wayToEntries,
  type FoundLine,
} from '../../../postings/entries.ts'
import { runNow } from '../../../postings/lists.ts'
import { findHeld } from '../../../postings/held.ts'
import { LiveNumbers } from '../../../postings/live-numbers.ts'
import {
  findRecords,
  type FoundRecords,
  type RecordSource,
  type Way,
} from '../../../postings/records.ts'
import type { Needs, ReservationQuery, TransferQuery } from '../../store.ts'
import {
  matchesReservation,
  matchesTransfer,
  wayToReservations,
  wayToTransfers,
} from '../../ways.ts'
import type { Connection } from '../file/connection.ts'
import { levelKeysOf } from '../tables/levels.ts'
import {
  liveNumbers,
  pendingReservations,
  reservationsAmong,
  reservationsBefore,
} from '../tables/reservations.ts'
import { transferAt, transfersBefore } from '../tables/transfers.ts'
import type { Log } from './log.ts'
import type { Posted } from './posted.ts'

/** Pages of records and entries. Each is from the one state that the connection sees. */
export class Found {
  readonly #connection: Connection
  readonly #log: Log
  readonly #posted: Posted
  #live: LiveNumbers | null = null

  constructor(connection: Connection, log: Log, posted: Posted) {
    this.#connection = connection
    this.#log = log
    this.#posted = posted
  }

  reservations(query: ReservationQuery): FoundRecords<Reservation> {
    const connection = this.#connection
    const way = wayToReservations(query, this.#levels(query), this.#posted.hash)
    if (way === null && query.status === 'PENDING') {
      const rows = pendingReservations(connection, query)
      if (rows !== null) {
        const last = rows.length < query.limit ? undefined : rows.at(-1)
        return { rows, before: last === undefined ? null : seqOf(last.id) }
      }
    }
    const matches = (found: Reservation): boolean => matchesReservation(found, query)
    return runNow(findRecords(this.#reservationsOf(query, way), { ...query, way, matches }))
  }

  /** Numbers of an owner's or a group's holds that are not over: all, or `count` of them. */
  heldFor({ holder, now, count }: Needs['holders'][number]): number[] {
    const connection = this.#connection
    const query = { ...holder, status: 'PENDING', now, limit: count } as const
    const way = wayToReservations(query, null, this.#posted.hash)!
    const matches = (found: Reservation): boolean => matchesReservation(found, query)
    const source = {
      ...this.#reservationsOf(query, way),
      live: this.#live,
      readLive: () => (this.#live = new LiveNumbers(liveNumbers(connection), this.#log.seq)),
    }
    return runNow(findHeld(source, { way, limit: count, matches })).map(({ id }) => seqOf(id))
  }

  transfers(query: TransferQuery): FoundRecords<Transfer> {
    const connection = this.#connection
    const isPending = query.status === 'PENDING_APPROVAL'
    // Few transfers wait for approval, so all of them are examined.
    const levels = this.#levels({ ...query, warehouseId: undefined })
    const way = isPending ? null : wayToTransfers(query, levels, this.#posted.hash)
    const source = {
      seq: this.#log.seq,
      posted: way && this.#posted.source(),
      records: (seqs: readonly number[]) =>
        present(seqs, (seq) => transferAt(connection, seq)?.record),
      walk: (before: number, limit: number) =>
        transfersBefore(connection, before, limit, isPending),
    }
    const matches = (found: Transfer): boolean => matchesTransfer(found, query)
    return runNow(findRecords(source, { ...query, way, matches }))
  }

  entries(query: EntryQuery): FoundEntries {
    const log = this.#log
    const { placeOf } = log
    const levelsOf = (): ReadonlySet<number> => new Set(this.#levels(query))
    const search = new EntrySearch(query, levelsOf, placeOf)
    const way = wayToEntries(search, this.#posted.hash)
    const posted = way && this.#posted.source()
    if (posted === null) return findEntries(log, query)
    const source = {
      ...{ seq: log.seq, posted },
      lines: (seqs: readonly number[]) => this.#lines(seqs),
      entryOf: ({ body, line, seq }: FoundLine) => body.entry(line, seq, placeOf),
    }
    return runNow(findPosted(source, way!, query, search))
  }

  /** The newest entry of a level up to a position; null if the log has to be searched for it. */
  newestOfLevel(level: number, throughSeq: number): number | null {
    const posted = this.#posted.source()
    return posted && runNow(newestOfLevel(posted, level, throughSeq))
  }

  #lines(seqs: readonly number[]): FoundLine[] {
    return present(seqs, (seq) => {
      const body = this.#log.with(seq)
      const line = body?.alone(seq)
      return body === undefined || line === undefined ? undefined : { body, line, seq }
    })
  }

  #reservationsOf({ status }: ReservationQuery, way: Way | null): RecordSource<Reservation> {
    const connection = this.#connection
    return {
      seq: this.#log.seq,
      posted: way && this.#posted.source(),
      records: (seqs) => reservationsAmong(connection, seqs, status),
      walk: (before, limit) => reservationsBefore(connection, before, limit),
    }
  }

  /** The levels of a product; null if the query names none. */
  #levels({ productId, warehouseId }: OfLevel): number[] | null {
    return productId === undefined ? null : levelKeysOf(this.#connection, productId, warehouseId)
  }
}

interface OfLevel {
  readonly productId?: string | undefined
  readonly warehouseId?: string | undefined
}

function present<T>(seqs: readonly number[], at: (seq: number) => T | null | undefined): T[] {
  const found: T[] = []
  for (const seq of seqs) {
    const one = at(seq)
    if (one !== null && one !== undefined) found.push(one)
  }
  return found
}

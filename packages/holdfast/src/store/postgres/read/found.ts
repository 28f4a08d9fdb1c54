import { LEVEL } from '../../../log/commit-body.ts'
import type { EntryQuery } from '../../../log/pages.ts'
import { EntrySearch } from '../../../log/search.ts'
import type { LevelId } from '../../../model/level-counts.ts'
import type { Reservation } from '../../../model/reservation.ts'
import { seqOf } from '../../../model/record-id.ts'
import type { Transfer } from '../../../model/transfer.ts'
import { findPosted, wayToEntries, type FoundLine } from '../../../postings/entries.ts'
import { runLater } from '../../../postings/lists.ts'
import { findHeld } from '../../../postings/held.ts'
import { LiveNumbers } from '../../../postings/live-numbers.ts'
import { findRecords, type RecordSource, type Way } from '../../../postings/records.ts'
import type { EntryPage, Needs, RecordPage, ReservationQuery, TransferQuery } from '../../store.ts'
import {
  matchesReservation,
  matchesTransfer,
  wayToReservations,
  wayToTransfers,
} from '../../ways.ts'
import type { Session } from '../connect/session.ts'
import { numbers } from '../tables/columns.ts'
import { levelKeysOf } from '../tables/levels.ts'
import {
  liveNumbers,
  pendingSeqs,
  reservationsAmong,
  reservationsBefore,
} from '../tables/reservations.ts'
import { transfersAt, transfersBefore } from '../tables/transfers.ts'
import { listEntries, placesOf } from './entries.ts'
import { lineOf, OneLine, PARTS, readStoredLine, textsOf } from './lines.ts'
import { numberOf } from './log.ts'
import { Posted, type SharedTail } from './posted.ts'

// Pages of records and entries. All statements of a session see one state.

export async function listReservations(
  session: Session,
  query: ReservationQuery,
  tail: SharedTail,
): Promise<RecordPage<Reservation>> {
  const posted = await Posted.read(session, tail)
  const { seq, at } = posted.state.head
  const way = wayToReservations(query, await levelsOf(session, query), posted.hash)
  if (way === null && query.status === 'PENDING') {
    const found = await pendingSeqs(session, query)
    if (found !== null) {
      const rows = found.length === 0 ? [] : await reservationsAmong(session, found, query.status)
      const last = rows.length < query.limit ? undefined : rows.at(-1)
      return { seq, at, rows, before: last === undefined ? null : seqOf(last.id) }
    }
  }
  const source = await reservationsOf(session, posted, query.status, way)
  const matches = (found: Reservation): boolean => matchesReservation(found, query)
  return { seq, at, ...(await runLater(findRecords(source, { ...query, way, matches }))) }
}

async function reservationsOf(
  session: Session,
  posted: Posted,
  status: ReservationQuery['status'],
  way: Way | null,
): Promise<RecordSource<Reservation>> {
  return {
    ...{ seq: posted.state.head.seq, posted: way && (await posted.source()) },
    records: async (seqs) => reservationsAmong(session, seqs, status),
    walk: async (before, limit) => reservationsBefore(session, before, limit),
  }
}

/** Ids of an owner's or a group's holds that are not over: all, or `count` of them. */
export async function heldFor(
  session: Session,
  { holder, now, count }: Needs['holders'][number],
  tail: SharedTail,
): Promise<string[]> {
  const query = { ...holder, status: 'PENDING', now, limit: count } as const
  const posted = await Posted.read(session, tail)
  const way = wayToReservations(query, null, posted.hash)!
  const matches = (found: Reservation): boolean => matchesReservation(found, query)
  const from = await reservationsOf(session, posted, query.status, way)
  const readLive = async (): Promise<LiveNumbers> =>
    tail.keepLive(new LiveNumbers(await liveNumbers(session), from.seq))
  const source = { ...from, live: tail.live, readLive }
  const found = await runLater(findHeld(source, { way, limit: count, matches }))
  return found.map(({ id }) => id)
}

export async function listTransfers(
  session: Session,
  query: TransferQuery,
  tail: SharedTail,
): Promise<RecordPage<Transfer>> {
  const posted = await Posted.read(session, tail)
  const { seq, at } = posted.state.head
  const isPending = query.status === 'PENDING_APPROVAL'
  // Few transfers wait for approval, so all of them are examined.
  const levels = await levelsOf(session, { ...query, warehouseId: undefined })
  const way = isPending ? null : wayToTransfers(query, levels, posted.hash)
  const source = {
    ...{ seq, posted: way && (await posted.source()) },
    records: async (seqs: readonly number[]) => transfersAt(session, seqs),
    walk: async (before: number, limit: number) =>
      transfersBefore(session, before, limit, isPending),
  }
  const matches = (found: Transfer): boolean => matchesTransfer(found, query)
  return { seq, at, ...(await runLater(findRecords(source, { ...query, way, matches }))) }
}

/** Whether postings may cover a query. Others take one statement, and so no transaction. */
export function isPosted(query: EntryQuery): boolean {
  const { reservationId, transferId, reference, group, productId } = query
  return [reservationId, transferId, reference, group, productId].some((one) => one !== undefined)
}

/** By postings if they cover the query, else along the log. */
export async function entries(
  session: Session,
  query: EntryQuery,
  tail: SharedTail,
): Promise<EntryPage> {
  const levels = new Set(await levelsOf(session, query))
  const places = new Map<number, LevelId>()
  const placeOf = (key: number): LevelId | undefined => places.get(key)
  const search = new EntrySearch(query, () => levels, placeOf)
  // Whether there is a way does not depend on the hash.
  if (wayToEntries(search, NO_HASH) === null) return listEntries(session, query)
  const read = await Posted.read(session, tail)
  const posted = await read.source()
  if (posted === null) return listEntries(session, query)
  const { seq, at } = read.state.head
  const source = {
    ...{ seq, posted },
    lines: async (seqs: readonly number[]) => linesOf(session, seqs, places),
    entryOf: ({ body, line, seq: of }: FoundLine) => body.entry(line, of, placeOf),
  }
  const way = wayToEntries(search, read.hash)!
  return { seq, at, ...(await runLater(findPosted(source, way, query, search))) }
}

const NO_HASH = { of: () => 0 }

const LINES = `SELECT w.seq, l.line, c.number, c.at, ${PARTS}
  FROM unnest($1::bigint[]) w (seq)
  CROSS JOIN LATERAL (SELECT ${numberOf('w.seq')} AS number OFFSET 0) n
  JOIN holdfast.commits c ON c.number = n.number
  CROSS JOIN LATERAL (SELECT ${lineOf('w.seq')} AS line OFFSET 0) l
  ORDER BY w.seq`

/** Adds the places of their levels. */
async function linesOf(
  session: Session,
  seqs: readonly number[],
  places: Map<number, LevelId>,
): Promise<FoundLine[]> {
  const { rows } = await session.run(LINES, [numbers(seqs, (seq) => seq).value])
  const stored = rows.map(readStoredLine)
  const textOf = await textsOf(session, stored)
  const levels = new Set(stored.map(({ line }) => line[LEVEL] as number))
  const unknown = [...levels].filter((key) => key > 0 && !places.has(key))
  if (unknown.length > 0)
    for (const [key, place] of await placesOf(session, new Set(unknown))) places.set(key, place)
  return stored.map((one) => ({
    seq: one.seq,
    line: one.line,
    body: new OneLine(one, textOf),
  }))
}

interface OfLevel {
  readonly productId?: string | undefined
  readonly warehouseId?: string | undefined
}

/** The levels of a product; null if the query names none. */
async function levelsOf(
  session: Session,
  { productId, warehouseId }: OfLevel,
): Promise<number[] | null> {
  return productId === undefined ? null : levelKeysOf(session, productId, warehouseId)
}

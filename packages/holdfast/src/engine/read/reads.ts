import { noReservation, noTransfer, noWarehouse } from '../../model/not-found.ts'
import { jsonBytes } from '../../model/json-bytes.ts'
import { LIMITS } from '../../model/limits.ts'
import { asOf, type Reservation } from '../../model/reservation.ts'
import { countsOf, type LevelCounts, type LevelId } from '../../model/level-counts.ts'
import type { Transfer } from '../../model/transfer.ts'
import { plainWarehouse, thresholdOf, type WarehouseRecord } from '../../model/warehouse-record.ts'
import { seqOf } from '../../model/record-id.ts'
import { CANDIDATES } from '../../postings/records.ts'
import { isLow } from '../../rules/alert.ts'
import type { LevelQuery, LevelRow, Page, Reader, RecordPage } from '../../store/store.ts'
import { ownFilter } from '../../model/commands/filters.ts'
import type {
  ListPage,
  ReservationAnswer,
  ReservationFilter,
  StockAnswer,
  StockFilter,
  TransferAnswer,
  TransferFilter,
  WarehouseView,
} from '../inventory.ts'
import { decodeCursor, encodeCursor, isPair, isSeq, pageLimit } from './paging.ts'

type DueLevel = LevelRow & { readonly due: number }

/**
 * The plain reads: each is the fold of the trail up to its `seq`, less the holds that are due by
 * then. They go to the store and never write.
 */
export class Reads {
  readonly #reader: Reader
  readonly #now: () => Promise<number>

  constructor(reader: Reader, now: () => Promise<number>) {
    this.#reader = reader
    this.#now = now
  }

  async stock(given: LevelId): Promise<StockAnswer> {
    const place = ownFilter('stock', given, ['warehouseId', 'productId'])
    const { page } = await this.#atLeast((now) => this.#reader.level(place, now))
    const row = page.rows[0]
    if (row === undefined) await this.mustKnow(place.warehouseId)
    return { ...(row === undefined ? nothingAt(place) : countsOf(row, row.due)), seq: page.seq }
  }

  async listStock(filter: StockFilter = {}): Promise<ListPage<LevelCounts>> {
    const { cursor, low, ...where } = ownFilter('listStock', filter)
    const from = decodeCursor('stock', cursor, isPair)
    const after = from === undefined ? undefined : { productId: from[0], warehouseId: from[1] }
    const limit = pageLimit(where.limit)
    const { rows } = await this.#reader.warehouses()
    const warehouses = rows.map(({ record }) => record)
    if (low !== undefined) return this.#listLow({ ...where, after, low, limit }, warehouses)
    const hidden = warehouses.flatMap(({ id, closed }) => (closed ? [id] : []))
    const { page } = await this.#atLeast((now) =>
      this.#reader.levels({ ...where, hidden, after, limit: limit + 1, now }),
    )
    return listedLevels(page, limit)
  }

  /** The store looks for products alone, so that it walks past no more levels than these. */
  async #listLow(
    asked: Omit<LevelQuery, 'hidden' | 'now'> & { readonly low: boolean },
    warehouses: readonly WarehouseRecord[],
  ): Promise<ListPage<LevelCounts>> {
    const { low, limit, warehouseId, ...query } = asked
    const open = new Map(warehouses.flatMap((one) => (one.closed ? [] : [[one.id, one]])))
    const { page } = await this.#atLeast((now) =>
      this.#reader.levels({ ...query, limit: CANDIDATES + 1, now }),
    )
    return listedLevels(page, limit, CANDIDATES, (row) => {
      const warehouse = open.get(row.warehouseId)
      if (warehouse === undefined) return false
      if (warehouseId !== undefined && row.warehouseId !== warehouseId) return false
      const { available } = countsOf(row, row.due)
      return isLow(available, thresholdOf(warehouse, row.productId)) === low
    })
  }

  async getReservation(query: { reservationId: string }): Promise<ReservationAnswer> {
    const { reservationId } = ownFilter('getReservation', query, ['reservationId'])
    const now = await this.#now()
    const { rows, seq, at } = await this.#reader.reservation(reservationId)
    if (rows[0] === undefined) throw noReservation(reservationId)
    return { ...asOf(rows[0], Math.max(at, now)), seq }
  }

  async listReservations(filter: ReservationFilter = {}): Promise<ListPage<Reservation>> {
    const { cursor, ...where } = ownFilter('listReservations', filter)
    const limit = pageLimit(where.limit)
    const beforeSeq = decodeCursor('reservations', cursor, isSeq)
    const { page, at } = await this.#atLeast((now) =>
      this.#reader.reservations({ ...where, beforeSeq, limit: limit + 1, now }),
    )
    return listedRecords(page, limit, (row) => asOf(row, at), 'reservations')
  }

  async getTransfer(query: { transferId: string }): Promise<TransferAnswer> {
    const { transferId } = ownFilter('getTransfer', query, ['transferId'])
    const { rows, seq } = await this.#reader.transfer(transferId)
    if (rows[0] === undefined) throw noTransfer(transferId)
    return { ...rows[0], seq }
  }

  async listTransfers(filter: TransferFilter = {}): Promise<ListPage<Transfer>> {
    const { cursor, ...where } = ownFilter('listTransfers', filter)
    const limit = pageLimit(where.limit)
    const beforeSeq = decodeCursor('transfers', cursor, isSeq)
    const page = await this.#reader.transfers({ ...where, beforeSeq, limit: limit + 1 })
    return listedRecords(page, limit, (row) => row, 'transfers')
  }

  async listWarehouses(): Promise<ListPage<WarehouseView>> {
    const { rows, seq } = await this.#reader.warehouses()
    const open = rows.filter(({ record }) => !record.closed)
    const items = open.map(({ record, onHand }) => ({ ...plainWarehouse(record), onHand }))
    return { items, cursor: null, seq }
  }

  /** A page as of now, or as of the trail's time if the clock is behind that of whoever wrote it. */
  async #atLeast<P extends { readonly at: number }>(
    read: (now: number) => Promise<P>,
  ): Promise<{ page: P; at: number }> {
    const now = await this.#now()
    const page = await read(now)
    return page.at <= now ? { page, at: now } : { page: await read(page.at), at: page.at }
  }

  /** @throws WarehouseNotFoundError */
  async mustKnow(warehouseId: string, { evenClosed = false } = {}): Promise<void> {
    const { rows } = await this.#reader.warehouses()
    const found = rows.find(({ record }) => record.id === warehouseId)
    if (found !== undefined && (evenClosed || !found.record.closed)) return
    throw noWarehouse(warehouseId)
  }
}

/**
 * Levels that are wanted among the first `most`: one row more says that there are more. A page may have none, and still
 * not be the last.
 */
function listedLevels(
  page: Page<DueLevel>,
  limit: number,
  most: number = limit,
  isWanted: (row: DueLevel) => boolean = () => true,
): ListPage<LevelCounts> {
  const looked = page.rows.slice(0, most)
  const wanted = looked.filter(isWanted)
  const items = withinBytes(wanted.slice(0, limit), (row) => countsOf(row, row.due))
  const more = page.rows.length > looked.length ? looked.at(-1) : undefined
  const last = items.length < wanted.length ? wanted[items.length - 1] : more
  const cursor =
    last === undefined ? null : encodeCursor('stock', [last.productId, last.warehouseId])
  return { items, cursor, seq: page.seq }
}

/** One row more than are listed says that there are more. A page may have none, and still not be the last. */
function listedRecords<Record extends { readonly id: string }>(
  page: RecordPage<Record>,
  limit: number,
  item: (row: Record) => Record,
  list: string,
): ListPage<Record> {
  const items = withinBytes(page.rows.slice(0, limit), item)
  const before = items.length < page.rows.length ? seqOf(items.at(-1)!.id) : page.before
  return { items, cursor: before === null ? null : encodeCursor(list, before), seq: page.seq }
}

/** What is made of rows, until a page is full. A row has 4 KB at most, so all of them may be read. */
function withinBytes<Row, Item extends object>(
  rows: readonly Row[],
  item: (row: Row) => Item,
): Item[] {
  const items: Item[] = []
  let bytes = 0
  for (const row of rows) {
    if (bytes >= LIMITS.pageBytes) break
    const made = item(row)
    items.push(made)
    bytes += recordBytes(made)
  }
  return items
}

/** Bytes of a level, a reservation or a transfer as JSON, about: texts exactly, 16 for anything else. */
function recordBytes(record: object): number {
  let bytes = 0
  for (const value of Object.values(record) as unknown[])
    bytes += 16 + (typeof value === 'string' ? jsonBytes(value) : 16)
  return bytes
}

export function nothingAt({ warehouseId, productId }: LevelId): LevelCounts {
  const nothing = { available: 0, held: 0, allocated: 0, unsellable: 0, reserved: 0, onHand: 0 }
  return { warehouseId, productId, ...nothing }
}

import type { LevelId } from '../../model/level-counts.ts'
import type { LoggedCommit } from '../../log/commit-body.ts'
import { findEntries, findHistory } from '../../log/pages.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type { ReservationRows } from '../reservation-rows.ts'
import { sumOfRows, type SumSecret } from '../reservation-sum.ts'
import * as port from '../store.ts'
import { compareIds } from './id-order.ts'
import { listLevels, withDue } from './levels.ts'
import { countOf, type Records } from './records.ts'
import { listReservations } from './reservations.ts'
import { reservationRows, transferRows } from './rows.ts'
import { listTransfers } from './transfers.ts'

/** So many stored answers at once. */
const KEYS = 1000

/** Each call runs through without waiting, so it sees one state by itself. */
export class MemoryReader implements port.Reader {
  readonly besideSnapshot = true
  readonly clock = null
  readonly #all: Records
  readonly #isOpen: () => boolean

  constructor(records: Records, isOpen: () => boolean) {
    this.#all = records
    this.#isOpen = isOpen
  }

  get #records(): Records {
    if (!this.#isOpen()) throw new OperationalError('STORE_CLOSED', 'the store is closed')
    return this.#all
  }

  async #page<T>(rows: (records: Records) => readonly T[]): Promise<port.Page<T>> {
    const records = this.#records
    const { seq, at } = records.head
    return { seq, at, rows: rows(records) }
  }

  async isStandby(): Promise<boolean> {
    return false
  }

  async head(): Promise<port.Head> {
    return this.#records.head
  }

  async warehouses(): Promise<port.Page<port.WarehouseRow>> {
    return this.#page(({ warehouses }) => [...warehouses.values()])
  }

  async levels(query: port.LevelQuery): ReturnType<port.Reader['levels']> {
    return this.#page((records) => listLevels(records, query))
  }

  async level(id: LevelId, now: number): ReturnType<port.Reader['level']> {
    return this.#page((records) => {
      const level = records.level(id.warehouseId, id.productId)
      return level === undefined ? [] : [withDue(records, level, now)]
    })
  }

  async reservation(id: string): Promise<port.Page<Reservation>> {
    return this.#page(({ reservations }) => listed(reservations.get(id)))
  }

  async reservations(query: port.ReservationQuery): Promise<port.RecordPage<Reservation>> {
    const { seq, at } = this.#records.head
    return { seq, at, ...listReservations(this.#records, query) }
  }

  async transfer(id: string): Promise<port.Page<Transfer>> {
    return this.#page(({ transfers }) => listed(transfers.get(id)))
  }

  async transfers(query: port.TransferQuery): Promise<port.RecordPage<Transfer>> {
    const { seq, at } = this.#records.head
    return { seq, at, ...listTransfers(this.#records, query) }
  }

  async entries(query: port.EntryQuery): Promise<port.EntryPage> {
    const { seq, at } = this.#records.head
    return { seq, at, ...findEntries(this.#records.log, query) }
  }

  async history(id: LevelId, throughSeq: number, limit: number): Promise<port.HistoryPage> {
    const records = this.#records
    const { seq, at } = records.head
    const level = records.level(id.warehouseId, id.productId) ?? null
    return { seq, at, ...findHistory(records.log, level, throughSeq, limit) }
  }

  async seqAt(time: number): Promise<number> {
    const { commits } = this.#records
    return commits[countOf(commits, ({ at }) => at <= time) - 1]?.lastSeq ?? 0
  }

  async log(afterCommit: number): Promise<readonly LoggedCommit[]> {
    const page: LoggedCommit[] = []
    let bytes = 0
    const { commits } = this.#records
    for (let i = Math.max(0, afterCommit); i < commits.length && bytes < port.LOG_PAGE_BYTES; i++) {
      const commit = commits[i]!
      page.push(commit)
      bytes += commit.body.length + (commit.texts?.length ?? 0)
    }
    return page
  }

  async levelRows(afterKey: number, limit: number): Promise<readonly port.LevelRow[]> {
    const from = Math.max(0, afterKey)
    return this.#records.levels.slice(from, from + limit)
  }

  async reservationRows(afterSeq: number, throughSeq: number): Promise<ReservationRows> {
    return reservationRows(this.#records, afterSeq, throughSeq)
  }

  async reservationSum(secret: SumSecret, afterSeq: number, throughSeq: number): Promise<number> {
    return sumOfRows(secret, reservationRows(this.#records, afterSeq, throughSeq), afterSeq)
  }

  async transferRows(afterSeq: number, limit: number): Promise<readonly port.Stamped<Transfer>[]> {
    return transferRows(this.#records, afterSeq, limit)
  }

  async documents(prefix: string): Promise<readonly port.StoredDocument[]> {
    const found = [...this.#records.documents].filter(([name]) => name.startsWith(prefix))
    return found.sort(([a], [b]) => compareIds(a, b)).map(([name, value]) => ({ name, value }))
  }

  async positions(): Promise<readonly port.Position[]> {
    const found = Array.from(this.#records.positions, ([name, seq]) => ({ name, seq }))
    return found.sort((a, b) => compareIds(a.name, b.name))
  }

  async keyRows(after: port.KeyRow | null): Promise<readonly port.KeyRow[]> {
    const rows = [...this.#records.keys.values()]
    const from = after === null ? 0 : rows.findIndex(({ key }) => key === after.key) + 1
    return rows.slice(from, from + KEYS)
  }

  async postingMark(): Promise<null> {
    return null
  }

  async postingRows(): Promise<port.PostingRows> {
    return { numbers: new Float64Array(0), bytes: new Uint8Array(0) }
  }

  async snapshot(): ReturnType<port.Reader['snapshot']> {
    let open = true
    const reader = new MemoryReader(this.#records.copy(), () => open && this.#isOpen())
    const close = async (): Promise<void> => {
      open = false
    }
    return Object.assign(reader, { close })
  }

  async integrity(): Promise<readonly string[]> {
    return []
  }

  async bytes(): Promise<null> {
    return null
  }

  async backup(): Promise<void> {
    const message = 'a memory store is in no file that could be copied'
    throw new OperationalError('STORE_UNAVAILABLE', message)
  }
}

function listed<T>(found: T | undefined): T[] {
  return found === undefined ? [] : [found]
}

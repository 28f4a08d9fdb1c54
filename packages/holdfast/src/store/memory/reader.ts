import type { AuditEntry } from '../../model/audit-entry.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { bytesOfMetadata, PageRoom } from '../page-bytes.ts'
import type * as port from '../store.ts'
import { balances } from './balances.ts'
import { frozen, listEntries } from './entries.ts'
import { walk } from './history.ts'
import { compareIds } from './id-order.ts'
import { listLevels, withDue } from './levels.ts'
import type { Records } from './records.ts'
import { listReservations } from './reservations.ts'
import { commitAt, trail } from './trail.ts'
import { listTransfers } from './transfers.ts'

/** Each call runs through without waiting, so it sees one state by itself. */
export class MemoryReader implements port.Reader {
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

  async head(): Promise<port.Head> {
    return this.#records.head
  }

  async warehouses(): Promise<port.Page<port.WarehouseRow>> {
    return this.#page(({ warehouses }) => [...warehouses.values()])
  }

  async levels(query: port.LevelQuery): ReturnType<port.Reader['levels']> {
    return this.#page((records) => listLevels(records, query))
  }

  async level(place: port.Place, now: number): ReturnType<port.Reader['level']> {
    return this.#page((records) => {
      const level = records.level(place.warehouseId, place.productId)
      return level === undefined ? [] : [withDue(records, level, now)]
    })
  }

  async reservation(id: string): Promise<port.Page<Reservation>> {
    return this.#page(({ reservations }) => listed(reservations.get(id)))
  }

  async reservations(query: port.ReservationQuery): Promise<port.Page<Reservation>> {
    return this.#page((records) => listReservations(records, query))
  }

  async transfer(id: string): Promise<port.Page<Transfer>> {
    return this.#page(({ transfers }) => listed(transfers.get(id)))
  }

  async transfers(query: port.TransferQuery): Promise<port.Page<Transfer>> {
    return this.#page((records) => listTransfers(records, query))
  }

  async entries(query: port.EntryQuery): Promise<port.EntryPage> {
    const { seq, at } = this.#records.head
    return { seq, at, ...listEntries(this.#records, query) }
  }

  async history(place: port.Place, throughSeq: number, limit: number): Promise<port.HistoryPage> {
    let more = false
    const page = await this.#page((records) => {
      const rows: AuditEntry[] = []
      const room = new PageRoom()
      for (const { entry } of walk(records, records.level(place.warehouseId, place.productId))) {
        more = rows.length === limit || room.isFull
        if (more) break
        if (entry.seq > throughSeq) continue
        rows.push(frozen(entry))
        room.take(bytesOfMetadata(entry))
      }
      return rows
    })
    return { ...page, more }
  }

  async commitAt(time: number): Promise<port.CommitRow | null> {
    return commitAt(this.#records, time)
  }

  async trail(afterCommit: number, maxEntries: number): ReturnType<port.Reader['trail']> {
    return trail(this.#records, afterCommit, maxEntries)
  }

  async balances(afterKey: number, limit: number): Promise<readonly port.BalanceRow[]> {
    return balances(this.#records, afterKey, limit)
  }

  async marks(prefix: string): Promise<readonly port.Mark[]> {
    const found = [...this.#records.marks].filter(([name]) => name.startsWith(prefix))
    return found.sort(([a], [b]) => compareIds(a, b)).map(([name, value]) => ({ name, value }))
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

  async backup(): Promise<void> {
    const message = 'a memory store is in no file that could be copied'
    throw new OperationalError('STORE_UNAVAILABLE', message)
  }
}

function listed<T>(found: T | undefined): T[] {
  return found === undefined ? [] : [found]
}

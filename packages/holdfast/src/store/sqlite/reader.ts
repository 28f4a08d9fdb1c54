import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type { LoggedCommit } from '../../log/commit-body.ts'
import type * as port from '../store.ts'
import type { Links } from './links.ts'
import type { Link } from './thread.ts'

/** Whether a question may have to look at much. */
export type Length = 'short' | 'long'

/** What may have to look at much: pages of lists, and of the trail. */
const LONG: ReadonlySet<string> = new Set([
  'levels',
  'reservations',
  'transfers',
  'entries',
  'history',
  'log',
  'levelRows',
  'reservationRows',
  'transferRows',
])

/** The port's reader: asks the desk that reads. */
export class SqliteReader implements port.Reader {
  readonly clock = null
  readonly #links: Links
  readonly #link: (length: Length) => Promise<Link>

  /** `link` answers the connection to ask: searches of length keep nobody waiting who asks for one record. */
  constructor(links: Links, link: (length: Length) => Promise<Link>) {
    this.#links = links
    this.#link = link
  }

  async head(): Promise<port.Head> {
    return this.#ask('head')
  }

  async warehouses(): Promise<port.Page<port.WarehouseRow>> {
    return this.#ask('warehouses')
  }

  async levels(query: port.LevelQuery): ReturnType<port.Reader['levels']> {
    return this.#ask('levels', query)
  }

  async level(place: port.Place, now: number): ReturnType<port.Reader['level']> {
    return this.#ask('level', place, now)
  }

  async reservation(id: string): Promise<port.Page<Reservation>> {
    return this.#ask('reservation', id)
  }

  async reservations(query: port.ReservationQuery): Promise<port.Page<Reservation>> {
    return this.#ask('reservations', query)
  }

  async transfer(id: string): Promise<port.Page<Transfer>> {
    return this.#ask('transfer', id)
  }

  async transfers(query: port.TransferQuery): Promise<port.Page<Transfer>> {
    return this.#ask('transfers', query)
  }

  async entries(query: port.EntryQuery): Promise<port.EntryPage> {
    return this.#ask('entries', query)
  }

  async history(place: port.Place, throughSeq: number, limit: number): Promise<port.HistoryPage> {
    return this.#ask('history', place, throughSeq, limit)
  }

  async seqAt(time: number): Promise<number> {
    return this.#ask('seqAt', time)
  }

  async log(afterCommit: number): Promise<readonly LoggedCommit[]> {
    return this.#ask('log', afterCommit)
  }

  async levelRows(afterKey: number, limit: number): Promise<readonly port.LevelRow[]> {
    return this.#ask('levelRows', afterKey, limit)
  }

  async reservationRows(afterSeq: number, throughSeq: number): Promise<port.ReservationRows> {
    return this.#ask('reservationRows', afterSeq, throughSeq)
  }

  async transferRows(afterSeq: number, limit: number): Promise<readonly port.Stamped<Transfer>[]> {
    return this.#ask('transferRows', afterSeq, limit)
  }

  async documents(prefix: string): Promise<readonly port.StoredDocument[]> {
    return this.#ask('documents', prefix)
  }

  async positions(): Promise<readonly port.Position[]> {
    return this.#ask('positions')
  }

  async keyRows(after: port.KeyRow | null): Promise<readonly port.KeyRow[]> {
    return this.#ask('keyRows', after)
  }

  /** Has a connection of its own, so that long reads keep nobody waiting. */
  async snapshot(): ReturnType<port.Reader['snapshot']> {
    const link = await this.#links.open('snapshot')
    const reader = new SqliteReader(this.#links, async () => link)
    return Object.assign(reader, { close: async () => this.#links.close(link) })
  }

  async integrity(): Promise<readonly string[]> {
    return this.#alone((link) => link.call('integrity', []))
  }

  async backup(path: string, onProgress?: (done: number) => void): Promise<void> {
    return this.#alone((link) => link.call('backup', [path], { onProgress }))
  }

  /** For what takes its time: on a connection of its own. */
  async #alone<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const link = await this.#links.open('snapshot')
    try {
      return await work(link)
    } catch (error) {
      throw failure(error)
    } finally {
      await this.#links.close(link)
    }
  }

  async #ask<T>(name: string, ...args: unknown[]): Promise<T> {
    try {
      const link = await this.#link(LONG.has(name) ? 'long' : 'short')
      return await link.call<T>(name, args)
    } catch (error) {
      throw failure(error)
    }
  }
}

/** What did not come from the desk is the end of its thread. */
function failure(error: unknown): unknown {
  if (error instanceof OperationalError) return error
  const message = `the file could not be read: ${(error as Error).message}`
  return new OperationalError('STORE_UNAVAILABLE', message, { cause: error })
}

import type { LevelId } from '../../model/level-counts.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type { LoggedCommit } from '../../log/commit-body.ts'
import type { ReservationRows } from '../reservation-rows.ts'
import type { SumSecret } from '../reservation-sum.ts'
import type * as port from '../store.ts'
import type { Channels } from './thread/channels.ts'
import type { Channel } from './thread/thread.ts'

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
  'reservationSum',
  'transferRows',
  'postingRows',
])

/** The port's reader: calls the sessions that read. */
export class SqliteReader implements port.Reader {
  readonly besideSnapshot = true
  readonly clock = null
  readonly #channels: Channels
  readonly #channel: (length: Length) => Promise<Channel>

  /** `channel` opens the one to ask: a long search does not delay a look-up of one record. */
  constructor(channels: Channels, channel: (length: Length) => Promise<Channel>) {
    this.#channels = channels
    this.#channel = channel
  }

  async isStandby(): Promise<boolean> {
    return false
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

  async level(id: LevelId, now: number): ReturnType<port.Reader['level']> {
    return this.#ask('level', id, now)
  }

  async reservation(id: string): Promise<port.Page<Reservation>> {
    return this.#ask('reservation', id)
  }

  async reservations(query: port.ReservationQuery): Promise<port.RecordPage<Reservation>> {
    return this.#ask('reservations', query)
  }

  async transfer(id: string): Promise<port.Page<Transfer>> {
    return this.#ask('transfer', id)
  }

  async transfers(query: port.TransferQuery): Promise<port.RecordPage<Transfer>> {
    return this.#ask('transfers', query)
  }

  async entries(query: port.EntryQuery): Promise<port.EntryPage> {
    return this.#ask('entries', query)
  }

  async history(id: LevelId, throughSeq: number, limit: number): Promise<port.HistoryPage> {
    return this.#ask('history', id, throughSeq, limit)
  }

  async seqAt(time: number): Promise<number> {
    return this.#ask('seqAt', time)
  }

  async log(afterCommit: number, isDigested = false): Promise<readonly LoggedCommit[]> {
    return this.#ask('log', afterCommit, isDigested)
  }

  async levelRows(afterKey: number, limit: number): Promise<readonly port.LevelRow[]> {
    return this.#ask('levelRows', afterKey, limit)
  }

  async reservationRows(afterSeq: number, throughSeq: number): Promise<ReservationRows> {
    return this.#ask('reservationRows', afterSeq, throughSeq)
  }

  async reservationSum(secret: SumSecret, afterSeq: number, throughSeq: number): Promise<number> {
    return this.#ask('reservationSum', secret, afterSeq, throughSeq)
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

  async postingMark(): Promise<port.PostingMark> {
    return this.#ask('postingMark')
  }

  async postingRows(after: port.PostingPlace | null): Promise<port.PostingRows> {
    return this.#ask('postingRows', after)
  }

  /** Has a connection of its own, so that long reads keep nobody waiting. */
  async snapshot(): ReturnType<port.Reader['snapshot']> {
    const channel = await this.#channels.open('snapshot')
    const reader = new SqliteReader(this.#channels, async () => channel)
    return Object.assign(reader, { close: async () => this.#channels.close(channel) })
  }

  async bytes(): Promise<number> {
    return this.#ask('bytes')
  }

  async integrity(): Promise<readonly string[]> {
    return this.#alone((channel) => channel.call('integrity', []))
  }

  async backup(path: string, { onProgress, signal }: port.CopyOptions): Promise<void> {
    // Shared with the thread, which hears nothing while it copies.
    const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
    const abort = (): void => void Atomics.store(stop, 0, 1)
    signal.addEventListener('abort', abort, { once: true })
    try {
      await this.#alone((channel) => channel.call('backup', [path, stop], { onProgress }))
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  /** For what takes its time: on a connection of its own. */
  async #alone<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await this.#channels.open('snapshot')
    try {
      return await work(channel)
    } catch (error) {
      throw failure(error)
    } finally {
      await this.#channels.close(channel)
    }
  }

  async #ask<T>(name: string, ...args: unknown[]): Promise<T> {
    try {
      const channel = await this.#channel(LONG.has(name) ? 'long' : 'short')
      return await channel.call<T>(name, args)
    } catch (error) {
      throw failure(error)
    }
  }
}

/** An error that is not the session's own means that its thread ended. */
function failure(error: unknown): unknown {
  if (error instanceof OperationalError) return error
  const message = `the file could not be read: ${(error as Error).message}`
  return new OperationalError('STORE_UNAVAILABLE', message, { cause: error })
}

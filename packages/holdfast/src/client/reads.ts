import type { LevelId } from '../model/level-counts.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import { ownFilter } from '../model/commands/filters.ts'
import { LISTS, type List } from '../model/commands/lists.ts'
import type * as api from '../engine/inventory.ts'
import { OperationalError } from '../model/operational-error.ts'
import { ownRemembered } from '../model/remembered.ts'
import { query, step } from './address.ts'
import { pagedList, type PagedList } from './paged-list.ts'
import type { Wire, WireRequest } from './wire.ts'

const AUDIT_PAGE = 1000
const OF_A_LEVEL = ['warehouseId', 'productId'] as const

/** Reads bypass the queue of commands; they see every command that was answered before. */
export class RemoteReads {
  readonly #wire: Wire
  readonly #underWay = new Set<Promise<unknown>>()
  #closed = false

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** Rejects new reads, and resolves when all the others are answered. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#underWay)
  }

  mustBeOpen(): void {
    if (this.#closed) throw new OperationalError('STORE_CLOSED', 'the client is closed')
  }

  level(given: LevelId): Promise<api.StockAnswer> {
    return this.get(levelPath(ownFilter('stock', given, OF_A_LEVEL)))
  }

  levelAt(
    given: LevelId & { readonly time: number },
    signal?: AbortSignal,
  ): Promise<api.PastStockAnswer> {
    const asked = ownFilter('stockAt', given, [...OF_A_LEVEL, 'time'])
    return this.get(levelPath(asked) + query({ at: asked.time }), signal)
  }

  explanation(
    given: LevelId & { readonly limit?: number | undefined },
    signal?: AbortSignal,
  ): Promise<api.Explanation> {
    const asked = ownFilter('explain', given, OF_A_LEVEL)
    return this.get(`${levelPath(asked)}/explain${query({ limit: asked.limit })}`, signal)
  }

  reservation(given: { reservationId: string }): Promise<api.ReservationAnswer> {
    const { reservationId } = ownFilter('getReservation', given, ['reservationId'])
    return this.get(`/v1/reservations/${step(reservationId, 'reservationId')}`)
  }

  transfer(given: { transferId: string }): Promise<api.TransferAnswer> {
    const { transferId } = ownFilter('getTransfer', given, ['transferId'])
    return this.get(`/v1/transfers/${step(transferId, 'transferId')}`)
  }

  list<T>(list: Exclude<List, 'audit'>, filter: object): PagedList<T> {
    let own: object | null = null
    return pagedList(async (cursor) => {
      // The first page is asked for during the call: what the caller changes later changes no page.
      own ??= ownFilter(list, filter)
      const asked = cursor === undefined ? own : { ...own, cursor }
      return this.get<api.ListPage<T>>(`/v1/${LISTS[list].path}${query(asked)}`)
    })
  }

  /** Up to the end of the trail at the time of the call. */
  async *audit(filter: api.AuditFilter): AsyncGenerator<AuditEntry> {
    const { limit = Infinity, ...where } = ownFilter('audit', filter)
    let left = limit
    let end: number | null = null
    for (let cursor: string | null | undefined; left > 0 && cursor !== null;) {
      const asked = { ...where, cursor, limit: Math.min(AUDIT_PAGE, left) }
      const page: api.ListPage<AuditEntry> = await this.get(`/v1/audit${query(asked)}`)
      end ??= page.seq
      for (const entry of page.items) {
        if (entry.seq > end) return
        yield entry
      }
      left -= page.items.length
      cursor = page.cursor
    }
  }

  async verdict({ expect, signal, onProgress }: api.VerifyOptions): Promise<api.Verdict> {
    const { seq, hash } = expect === undefined ? {} : ownRemembered(expect, 'expect')
    const path = `/v1/verify${query({ expect: hash && `${seq}:${hash}` })}`
    // It reads the whole trail, and begins anew if it is asked again.
    const verdict = await this.#asked<api.Verdict>({ path, signal, unhurried: true })
    // The service reports no progress until it has finished.
    const told: unknown = onProgress?.({ seq: verdict.seq, of: verdict.seq })
    await told
    return verdict
  }

  async get<T>(path: string, signal?: AbortSignal): Promise<T> {
    return await this.#asked({ path, signal })
  }

  async #asked<T>(request: Omit<WireRequest, 'method'>): Promise<T> {
    this.mustBeOpen()
    const asking = this.#wire.send({ method: 'GET', ...request })
    this.#underWay.add(asking)
    try {
      return (await asking) as T
    } finally {
      this.#underWay.delete(asking)
    }
  }
}

function levelPath({ warehouseId, productId }: LevelId): string {
  return `/v1/stock/${step(warehouseId, 'warehouseId')}/${step(productId, 'productId')}`
}

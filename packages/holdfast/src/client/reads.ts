import type { LevelId } from '../model/level-counts.ts'
import type { AuditEntry } from '../model/audit-entry.ts'
import { LISTS, type List } from '../model/commands/lists.ts'
import type * as api from '../engine/inventory.ts'
import { OperationalError } from '../model/operational-error.ts'
import { ownRemembered } from '../model/remembered.ts'
import { invalid, mustBeObject, mustHaveFields, query, step } from './address.ts'
import { pagedList, type PagedList } from './paged-list.ts'
import type { Wire, WireRequest } from './wire.ts'

const AUDIT_PAGE = 1000

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

  level(place: LevelId): Promise<api.StockAnswer> {
    return this.get(levelPath(place))
  }

  levelAt(
    asked: LevelId & { readonly time: number },
    signal?: AbortSignal,
  ): Promise<api.PastStockAnswer> {
    if (typeof asked.time !== 'number') throw invalid('time', 'must be a whole number')
    return this.get(levelPath(asked) + query({ at: asked.time }), signal)
  }

  explanation(
    asked: LevelId & { readonly limit?: number | undefined },
    signal?: AbortSignal,
  ): Promise<api.Explanation> {
    return this.get(`${levelPath(asked)}/explain${query({ limit: asked.limit })}`, signal)
  }

  byId<T>(list: string, asked: object, field: string): Promise<T> {
    mustBeObject(asked, 'query')
    return this.get(`/v1/${list}/${step(asked[field], field)}`)
  }

  list<T>(list: Exclude<List, 'audit'>, filter: object): PagedList<T> {
    const own = { ...filter }
    return pagedList(async (cursor) => {
      mustHaveFields(own, list)
      const asked = cursor === undefined ? own : { ...own, cursor }
      return this.get<api.ListPage<T>>(`/v1/${LISTS[list].path}${query(asked)}`)
    })
  }

  /** Up to the end of the trail at the time of the call. */
  async *audit(filter: api.AuditFilter): AsyncGenerator<AuditEntry> {
    mustHaveFields(filter, 'audit')
    const { limit = Infinity, ...where } = filter
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
    onProgress?.({ seq: verdict.seq, of: verdict.seq })
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

function levelPath(place: LevelId): string {
  mustBeObject(place, 'place')
  const { warehouseId, productId } = place
  return `/v1/stock/${step(warehouseId, 'warehouseId')}/${step(productId, 'productId')}`
}

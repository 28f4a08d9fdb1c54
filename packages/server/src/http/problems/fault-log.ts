import type { FastifyRequest } from 'fastify'

const EVERY_MS = 1000

/**
 * Logs failures. A full disk fails thousands of requests a second for the same reason, so of each known kind only one
 * a second is logged, with the number of the others.
 */
export class FaultLog {
  readonly #now: () => number
  readonly #kinds = new Map<string, { toldAt: number; unsaid: number }>()

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  tell(error: Error, code: string, request: FastifyRequest): void {
    // A full queue is not a fault.
    if (code === 'BUSY') return
    const { method, routeOptions } = request
    const about = { code, method, route: routeOptions.url }
    // Unexpected errors are logged in full, each time.
    if (code === 'INTERNAL_ERROR') {
      request.log.error({ ...about, err: error }, 'a request failed')
      return
    }
    const others = this.unsaid(`${code} ${method} ${about.route}`)
    if (others === null) return
    const { message } = error
    request.log.warn({ ...about, message, others }, 'a request failed')
  }

  /** How many of a kind were not logged since the last one that was; null if this one is not to be logged either. */
  unsaid(kind: string): number | null {
    const { toldAt, unsaid } = this.#kinds.get(kind) ?? { toldAt: -Infinity, unsaid: 0 }
    const now = this.#now()
    const isSoon = now - toldAt < EVERY_MS
    this.#kinds.set(kind, isSoon ? { toldAt, unsaid: unsaid + 1 } : { toldAt: now, unsaid: 0 })
    return isSoon ? null : unsaid
  }
}

import type { FastifyRequest } from 'fastify'

const EVERY_MS = 1000

/**
 * Writes down what went wrong in here. A full disk fails thousands of requests a second, for one and
 * the same reason: of a kind that is known only one a second is written, with how many there were.
 */
export class FaultLog {
  readonly #now: () => number
  readonly #kinds = new Map<string, { toldAt: number; unsaid: number }>()

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  tell(error: Error, code: string, request: FastifyRequest): void {
    // A full queue is no fault.
    if (code === 'BUSY') return
    const { method, routeOptions } = request
    const about = { code, method, route: routeOptions.url }
    // What nobody expected is written down whole, each time.
    if (code === 'INTERNAL_ERROR') {
      request.log.error({ ...about, err: error }, 'a request failed')
      return
    }
    const kind = `${code} ${method} ${about.route}`
    const { toldAt, unsaid } = this.#kinds.get(kind) ?? { toldAt: -Infinity, unsaid: 0 }
    const now = this.#now()
    if (now - toldAt < EVERY_MS) {
      this.#kinds.set(kind, { toldAt, unsaid: unsaid + 1 })
      return
    }
    this.#kinds.set(kind, { toldAt: now, unsaid: 0 })
    const { message } = error
    request.log.warn({ ...about, message, others: unsaid }, 'a request failed')
  }
}

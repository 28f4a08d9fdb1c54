import type { FastifyInstance } from 'fastify'
import { whenOver } from './when-over.ts'

export interface CountedRequests {
  readonly method: string
  readonly route: string
  readonly status: number
  count: number
}

/** Requests by method, route and status; all paths without a route count as one. */
export class RequestCounts {
  readonly #counts = new Map<string, CountedRequests>()
  #authFailures = 0

  /** Counts answers from now on. */
  listen(app: FastifyInstance): void {
    whenOver(app, ({ method, routeOptions, caller }, _reply, { status }) => {
      const { url: route = 'none' } = routeOptions
      // Whoever tried too many wrong ones is told 429 before the next one is looked at.
      const isUnknown = (caller as typeof caller | undefined) === undefined
      if (status === 401 || (status === 429 && isUnknown)) this.#authFailures++
      // Clients can invent methods, and each would make a series for ever.
      this.#add(route === 'none' ? 'any' : method, route, status)
    })
  }

  get all(): readonly CountedRequests[] {
    return [...this.#counts.values()]
  }

  /** Requests without a valid token. */
  get authFailures(): number {
    return this.#authFailures
  }

  #add(method: string, route: string, status: number): void {
    const key = `${method} ${status} ${route}`
    const known = this.#counts.get(key)
    if (known === undefined) this.#counts.set(key, { method, route, status, count: 1 })
    else known.count++
  }
}

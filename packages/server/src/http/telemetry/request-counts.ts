import type { FastifyInstance } from 'fastify'

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
    app.addHook('onResponse', (request, reply, done) => {
      const { url: route = 'none' } = request.routeOptions
      // Clients can invent methods, and each would make a series for ever.
      this.#add(route === 'none' ? 'any' : request.method, route, reply.statusCode)
      done()
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
    if (status === 401) this.#authFailures++
    const key = `${method} ${status} ${route}`
    const known = this.#counts.get(key)
    if (known === undefined) this.#counts.set(key, { method, route, status, count: 1 })
    else known.count++
  }
}

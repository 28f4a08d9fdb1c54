import type { FastifyInstance, HTTPMethods } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'

const METHODS: readonly HTTPMethods[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
]

export interface KnownRoute {
  readonly method: string | readonly string[]
  readonly url: string
}

/** A path that is known under other methods answers 405 and says which; before any body is read. */
export function refuseOtherMethods(app: FastifyInstance, known: readonly KnownRoute[]): void {
  // A copy: what is registered here must not be asked about in turn.
  const byUrl = Map.groupBy([...known], ({ url }) => url)
  for (const [url, routes] of byUrl) {
    const allowed = new Set(routes.flatMap(({ method }) => method))
    if (allowed.has('GET')) allowed.add('HEAD')
    const headers = { allow: [...allowed].join(', ') }
    app.route({
      method: METHODS.filter((method) => !allowed.has(method)),
      url: url.slice(app.prefix.length),
      config: { hidden: true },
      onRequest: (request, _reply, done) => {
        done(
          new HttpProblem('METHOD_NOT_ALLOWED', `${request.method} is none of ${headers.allow}`, {
            headers,
          }),
        )
      },
      handler: () => undefined,
    })
  }
}

import type { FastifyInstance } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'

export interface KnownRoute {
  readonly method: string | readonly string[]
  readonly url: string
}

/** Answers 405 with the allowed methods, before any body is read, if a path has other methods. */
export function refuseOtherMethods(app: FastifyInstance, known: readonly KnownRoute[]): void {
  // A copy, because the routes registered here are added to the list.
  const byUrl = Map.groupBy([...known], ({ url }) => url)
  for (const [url, routes] of byUrl) {
    const allowed = new Set(routes.flatMap(({ method }) => method))
    if (allowed.has('GET')) allowed.add('HEAD')
    const headers = { allow: [...allowed].join(', ') }
    app.route({
      method: app.supportedMethods.filter((method) => !allowed.has(method)),
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

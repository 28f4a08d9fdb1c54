import type { FastifyInstance } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'

export interface KnownRoute {
  readonly method: string | readonly string[]
  readonly url: string
}

/** Answers 405 with the allowed methods, before any body is read, if a path has other methods. */
export function refuseOtherMethods(app: FastifyInstance, known: readonly KnownRoute[]): void {
  const paths = [...Map.groupBy(known, ({ url }) => url)].map(([url, routes]) => ({
    pattern: patternOf(url),
    allow: allowed(routes).join(', '),
  }))
  app.addHook('onRequest', (request, _reply, done) => {
    if (!request.is404) {
      done()
      return
    }
    const [path = ''] = request.url.split('?')
    const allow = paths.find(({ pattern }) => pattern.test(path))?.allow
    done(
      allow === undefined
        ? undefined
        : new HttpProblem('METHOD_NOT_ALLOWED', `${request.method} is none of ${allow}`, {
            headers: { allow },
          }),
    )
  })
}

function allowed(routes: readonly KnownRoute[]): string[] {
  const methods = new Set(routes.flatMap(({ method }) => method))
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods]
}

/** Of the paths of a route, whose parameters are whole segments: `/v1/tokens/:tokenId`. */
function patternOf(url: string): RegExp {
  const segments = url
    .split('/')
    .map((segment) => (segment.startsWith(':') ? '[^/]+' : RegExp.escape(segment)))
  return new RegExp(`^${segments.join('/')}$`)
}

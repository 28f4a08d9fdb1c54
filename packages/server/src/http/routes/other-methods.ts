import type { FastifyInstance } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'

export interface KnownRoute {
  readonly method: string | readonly string[]
  readonly url: string
}

/** Answers 405 with the allowed methods, before any body is read, if a path has other methods. */
export function refuseOtherMethods(app: FastifyInstance, known: readonly KnownRoute[]): void {
  // What asks here is below the prefix already, whatever parameters and characters that has.
  const depth = segmentsOf(app.prefix.replace(/\/$/, '')).length
  const paths = [...Map.groupBy(known, ({ url }) => url)].map(([url, routes]) => ({
    segments: segmentsOf(url).slice(depth),
    allow: allowed(routes).join(', '),
  }))
  app.addHook('onRequest', (request, _reply, done) => {
    if (!request.is404) {
      done()
      return
    }
    const asked = segmentsOf(pathOf(request.url)).slice(depth)
    const allow = paths.find(({ segments }) => leadTo(segments, asked))?.allow
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

/** As the router reads it: also of an absolute address, and with characters that need not have been encoded. */
function pathOf(url: string): string {
  const [path = ''] = url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1)
}

/** Parameters are whole segments: `/v1/tokens/:tokenId`. */
function leadTo(segments: readonly string[], asked: readonly string[]): boolean {
  return (
    segments.length === asked.length &&
    segments.every((segment, index) => segment.startsWith(':') || segment === asked[index])
  )
}

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
    url,
    allow: allowed(routes).join(', '),
  }))
  const fixed = paths.filter(({ segments }) => !segments.some(isParameter))
  const withParameters = new Set(paths.filter((one) => !fixed.includes(one)).map(({ url }) => url))
  app.addHook('onRequest', (request, _reply, done) => {
    const { is404, routeOptions, url } = request
    // `GET /v1/reservations/sell` is no reservation of that id.
    const among = is404 ? paths : withParameters.has(routeOptions.url ?? '') ? fixed : []
    if (among.length === 0) {
      done()
      return
    }
    const asked = segmentsOf(pathOf(url)).slice(depth)
    const allow = among.find(({ segments }) => leadTo(segments, asked))?.allow
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
    segments.every((segment, index) => isParameter(segment) || segment === asked[index])
  )
}

function isParameter(segment: string): boolean {
  return segment.startsWith(':')
}

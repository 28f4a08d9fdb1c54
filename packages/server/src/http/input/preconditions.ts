import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { InvalidInputError } from 'holdfast'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether it takes `If-Match`, as the `ifSeq` of its command. */
    ifMatch?: boolean
  }
}

/** Headers that make a request depend on a state (RFC 9110, section 13.1). */
const PRECONDITIONS = [
  'If-Match',
  'If-None-Match',
  'If-Modified-Since',
  'If-Unmodified-Since',
  'If-Range',
]
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const ETAG = /^"(0|[1-9]\d{0,15})"$/

/** Refuses each precondition that a write would ignore, because its caller relies on it. */
export function refusePreconditions(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const name = READS.has(request.method) ? undefined : unmet(request)
    done(name === undefined ? undefined : invalid(name, 'is not supported here'))
  })
}

/** A path that does not exist, or not with this method, gets its own refusal. */
function unmet({ headers, is404, routeOptions }: FastifyRequest): string | undefined {
  const { ifMatch = false } = routeOptions.config
  if (is404) return undefined
  return PRECONDITIONS.find(
    (name) => headers[name.toLowerCase()] !== undefined && !(ifMatch && name === 'If-Match'),
  )
}

/** The entity tag of a level that was read at this seq. */
export function etagOf(seq: number): string {
  return `"${seq}"`
}

/**
 * The seq that `If-Match` names, or undefined without that header.
 * @throws InvalidInputError for a list, `*`, a weak or foreign tag, or an `ifSeq` beside it
 */
export function matchedSeq(
  { headers }: IncomingMessage,
  ifSeq: number | undefined,
): number | undefined {
  const header = headers['if-match']
  if (header === undefined) return undefined
  if (ifSeq !== undefined) throw invalid('If-Match', 'and ifSeq mean the same: send only one')
  const seq = Number(ETAG.exec(header)?.[1])
  if (Number.isSafeInteger(seq)) return seq
  throw invalid('If-Match', 'must be one ETag of a level, as GET returns it: "1234"')
}

function invalid(header: string, what: string): InvalidInputError {
  return new InvalidInputError(`${header} ${what}`, { field: header })
}

import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { InvalidInputError } from 'holdfast'
import { HttpProblem } from '../problems/http-problem.ts'
import type { Shares } from '../limits/shares.ts'
import { readBody } from './read-body.ts'
import { oddity } from './json-shape.ts'

/** The media type of a merge patch (RFC 7396). */
export const MERGE_PATCH = 'application/merge-patch+json'

/**
 * Bodies must be JSON in UTF-8: no form that a web page could post, no text, no other charset, nothing compressed.
 * `__proto__` is an ordinary name, as it is an ordinary id. A body of no bytes counts as no body, whatever its type:
 * many programs send that header with every request. A PATCH may also come as a merge patch, which it is.
 */
export function acceptOnlyJson(app: FastifyInstance, memory: Shares): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(['application/json', MERGE_PATCH], (request, sent, done) => {
    if (request.method !== 'PATCH' && typeOf(request) === MERGE_PATCH) {
      done(new HttpProblem('UNSUPPORTED_MEDIA_TYPE'))
      return
    }
    const most = request.routeOptions.bodyLimit
    readBody(request, sent, memory, most, (error, body) => {
      let parsed: unknown
      try {
        if (error !== null) throw error
        checkHeaders(request)
        parsed = body!.length === 0 ? undefined : parseJson(body!)
      } catch (failure) {
        done(failure as Error)
        return
      }
      done(null, parsed)
    })
  })
}

function typeOf({ headers }: FastifyRequest): string | undefined {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
}

/** @throws HttpProblem UNSUPPORTED_MEDIA_TYPE */
export function checkHeaders(request: FastifyRequest): void {
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers
  const charset = /;\s*charset=([^;]*)/i.exec(type)?.[1]
  if (charset !== undefined && !/^\s*"?utf-8"?\s*$/i.test(charset))
    throw new HttpProblem('UNSUPPORTED_MEDIA_TYPE', 'the body must be in UTF-8')
  const { 'transfer-encoding': transfer = 'chunked' } = request.headers
  if ((encoding !== undefined && encoding !== 'identity') || transfer.toLowerCase() !== 'chunked')
    throw new HttpProblem('UNSUPPORTED_MEDIA_TYPE', 'compressed bodies are not accepted')
}

/** @throws InvalidInputError */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw invalid('is not UTF-8')
  const text = body.toString()
  let odd: string | null
  try {
    odd = oddity(text)
    if (odd === null) return JSON.parse(text) as unknown
  } catch {
    throw invalid('is not JSON')
  }
  throw invalid(odd)
}

function invalid(what: string): InvalidInputError {
  return new InvalidInputError(`body ${what}`, { field: 'body' })
}

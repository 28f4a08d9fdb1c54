import type { IncomingMessage } from 'node:http'
import type { FastifyReply } from 'fastify'
import { InvalidInputError, LIMITS } from 'holdfast'

const VISIBLE = /^[\x20-\x7e]+$/
/** RFC 9651: a string in quotes, with backslashes before quotes and backslashes. */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/

/**
 * The key of a mutation, from the header or the body. If both have one, they must be equal.
 * `Idempotency-Key: "abc"` and `Idempotency-Key: abc` are the same key.
 * @throws InvalidInputError
 */
export function idempotencyKey(
  request: IncomingMessage,
  inBody: string | undefined,
): string | undefined {
  const header = request.headers['idempotency-key']
  if (header === undefined) return inBody
  if (request.headersDistinct['idempotency-key']?.length !== 1)
    throw invalid('must be in a single header')
  const text = String(header)
  const [, quoted] = QUOTED.exec(text) ?? []
  const key = quoted === undefined ? text : quoted.replaceAll(/\\(.)/g, '$1')
  if (!VISIBLE.test(key) || key.length > LIMITS.keyLength)
    throw invalid(`must be 1 to ${LIMITS.keyLength} visible ASCII characters in a header`)
  if (inBody !== undefined && inBody !== key) throw invalid('differs between header and body')
  return key
}

/** Marks the answer, or the refusal, as that of an earlier call. */
export function onReplay(reply: FastifyReply): () => void {
  return () => void reply.header('idempotency-replayed', 'true')
}

function invalid(what: string): InvalidInputError {
  return new InvalidInputError(`idempotencyKey ${what}`, { field: 'idempotencyKey' })
}

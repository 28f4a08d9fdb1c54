import type { IncomingMessage } from 'node:http'
import type { FastifyReply } from 'fastify'
import { InvalidInputError } from 'holdfast'

const VISIBLE = /^[\x20-\x7e]{1,255}$/
/** RFC 9651: a string in quotes, with backslashes before quotes and backslashes. */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/

/**
 * The key of a mutation, from the header or from the body; where it stands in both it must be the
 * same. `Idempotency-Key: "abc"` and `Idempotency-Key: abc` are one key.
 * @throws InvalidInputError
 */
export function idempotencyKey(
  request: IncomingMessage,
  inBody: string | undefined,
): string | undefined {
  const header = request.headers['idempotency-key']
  if (header === undefined) return inBody
  if (request.headersDistinct['idempotency-key']?.length !== 1)
    throw invalid('must stand in one header')
  const text = String(header)
  const [, quoted] = QUOTED.exec(text) ?? []
  const key = quoted === undefined ? text : quoted.replaceAll(/\\(.)/g, '$1')
  if (!VISIBLE.test(key)) throw invalid('must be 1 to 255 visible ASCII characters in a header')
  if (inBody !== undefined && inBody !== key)
    throw invalid('stands in header and body, and differs')
  return key
}

/** Says in a header that the answer, or the refusal, is that of an earlier call. */
export function onReplay(reply: FastifyReply): () => void {
  return () => void reply.header('idempotency-replayed', 'true')
}

function invalid(what: string): InvalidInputError {
  return new InvalidInputError(`idempotencyKey ${what}`, { field: 'idempotencyKey' })
}

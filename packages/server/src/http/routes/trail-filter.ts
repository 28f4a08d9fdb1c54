import type { FastifyReply } from 'fastify'
import type { AuditFilter } from 'holdfast'
import { LISTS, type Field } from 'holdfast/model'
import { optional, string, type Schema } from '../schemas/schema.ts'
import { querySchema } from '../schemas/query.ts'

const { from, to, ...others } = LISTS.audit.filters
const moment = ({ words }: Field): Schema =>
  optional(string({ description: `${words}: milliseconds, or RFC 3339` }))

/** By what entries can be chosen, wherever the trail is read. */
export const feedFilter = querySchema(others)
/** Where it ends, by time as well. */
export const trailFilter = { ...feedFilter, from: moment(from), to: moment(to) }

export type TrailFilter = Omit<AuditFilter, 'limit'>

/** Aborts when the other side goes away before it is answered. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  // The response's own event: listeners on the connection would gather, request by request.
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}

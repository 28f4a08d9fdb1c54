import type { FastifyReply } from 'fastify'
import type { AuditFilter } from 'holdfast'
import { LISTS } from 'holdfast/model'
import { querySchema } from '../schemas/query.ts'

/** By what entries can be chosen, wherever the trail is read. */
export const trailFilter = querySchema(LISTS.audit.filters)

export type TrailFilter = Omit<AuditFilter, 'limit'>

/** Aborts when the other side goes away before it is answered. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  // The response's own event: listeners on the connection would gather, request by request.
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}

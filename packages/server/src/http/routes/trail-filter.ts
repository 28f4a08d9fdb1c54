import type { FastifyReply } from 'fastify'
import type { AuditFilter } from 'holdfast'
import { LISTS, type Field } from 'holdfast/model'
import { optional, string, type Schema } from '../schemas/schema.ts'
import { querySchema } from '../schemas/query.ts'

const { from, to, ...others } = LISTS.audit.filters
const moment = ({ words }: Field): Schema =>
  optional(string({ description: `${words}: milliseconds, or RFC 3339` }))

/** The filters of entries, wherever the trail is read. */
export const feedFilter = querySchema(others)
/** The filters of a trail with an end, which also has times. */
export const trailFilter = { ...feedFilter, from: moment(from), to: moment(to) }

export type TrailFilter = Omit<AuditFilter, 'limit'>

/** Aborts when the client disconnects before the answer. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  // An event of the response: listeners on the connection would add up with each request.
  // Like a body that is cut off: no fault of the service, which would be logged.
  const left = (): Error => Object.assign(new Error('the caller has left'), { statusCode: 400 })
  reply.raw.once('close', () => gone.abort(left()))
  return gone.signal
}

import type { FastifyReply } from 'fastify'

/** Aborts when the client disconnects before the answer. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  // An event of the response: listeners on the connection would add up with each request.
  // Like a body that is cut off: no fault of the service, which would be logged.
  const left = (): Error => Object.assign(new Error('the caller has left'), { statusCode: 400 })
  reply.raw.once('close', () => gone.abort(left()))
  return gone.signal
}

import type { FastifyInstance } from 'fastify'
import { refusedShare } from './refused-share.ts'
import { Shares } from './shares.ts'

/**
 * At most `most` requests at once, of one token half of them: what comes above is told to come again,
 * at the price of a few microseconds, before its body is read. What was let in is answered, however
 * many knock. A request that becomes a stream leaves its place: streams are counted apart.
 */
export function limitInFlight(app: FastifyInstance, most: number): void {
  const places = new Shares(most, Math.ceil(most / 2))
  app.decorateRequest('leavePlace', null)
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.need === 'open') {
      done()
      return
    }
    const { scope } = request.caller
    const taken = places.take(scope)
    if (taken !== 'taken') {
      done(refusedShare(taken, 'places for requests'))
      return
    }
    let here = true
    const leave = (): void => {
      if (here) places.give(scope)
      here = false
    }
    request.leavePlace = leave
    // Not `finish`: who is cut off in the middle never comes to that.
    reply.raw.once('close', leave)
    done()
  })
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Gives the request's place to another one; set before any route runs that needs a caller. */
    leavePlace: (() => void) | null
  }
}

import type { FastifyInstance } from 'fastify'
import { refusedShare } from './refused-share.ts'
import { Shares } from './shares.ts'

/**
 * At most `most` concurrent requests; one token may have half of them. Requests above that are refused within
 * microseconds, before their bodies are read, and told when to retry. A request that becomes a stream gives up its
 * place: streams are counted separately.
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
    // Not `finish`, which never comes if the connection is cut.
    reply.raw.once('close', leave)
    done()
  })
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Gives up the request's place. Set before any route that needs a caller runs. */
    leavePlace: (() => void) | null
  }
}

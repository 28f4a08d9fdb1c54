import type { FastifyInstance } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'

/**
 * At most so many requests at once: what comes above is told to come again, at the price of a few
 * microseconds, before its body is read. What was let in is answered, however many knock.
 */
export function limitInFlight(app: FastifyInstance, most: number): { readonly now: () => number } {
  let inFlight = 0
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.need === 'open') {
      done()
      return
    }
    if (inFlight >= most) {
      done(new HttpProblem('BUSY', `${inFlight} requests are under way already`))
      return
    }
    inFlight++
    reply.raw.once('close', () => inFlight--)
    done()
  })
  return { now: () => inFlight }
}

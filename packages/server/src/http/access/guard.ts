import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'
import type { Identify } from './caller.ts'
import { mayEnter } from './roles.ts'

/** Refuses callers who lack the right that the route needs. Default: `read`. */
export function guard(identify: Identify): onRequestHookHandler {
  return (request: FastifyRequest, _reply, done) => {
    const need = request.routeOptions.config.need ?? 'read'
    if (need === 'open') {
      done()
      return
    }
    try {
      request.caller = identify(request)
      const { role } = request.caller
      if (!mayEnter(role, need)) {
        throw new HttpProblem('FORBIDDEN', `a token of the role ${role} may not do that`, {
          details: { role },
        })
      }
    } catch (error) {
      done(error as Error)
      return
    }
    done()
  }
}

import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import { HttpProblem } from '../problems/http-problem.ts'
import type { Identify } from './caller.ts'
import { reaches } from './roles.ts'

/** Refuses callers whose role is less than the route needs, before their body is read. */
export function guard(identify: Identify): onRequestHookHandler {
  return (request: FastifyRequest, _reply, done) => {
    const { config, schema } = request.routeOptions
    const { need = 'reader' } = config
    if (need === 'open') {
      done()
      return
    }
    try {
      request.caller = identify(request)
      const { role } = request.caller
      if (!reaches(role, need)) {
        const what = schema?.operationId ?? 'do that'
        throw new HttpProblem('FORBIDDEN', `a token of the role ${role} may not ${what}`, {
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

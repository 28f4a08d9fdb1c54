import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { infoOf } from './codes.ts'
import { HttpProblem } from './http-problem.ts'
import { toldOf } from './of-error.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'

/** Answers every error as problem+json. Only what broke in here is logged with all that is known. */
export function errorHandler(docs: string) {
  return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void => {
    const { code, detail, details, headers } = toldOf(error)
    const { status, retryAfterS } = infoOf(code)
    if (status >= 500) logFault(error, code, request)
    if (retryAfterS !== undefined) void reply.header('retry-after', String(retryAfterS))
    void reply
      .code(status)
      .headers(headers)
      .header('content-type', PROBLEM_TYPE)
      .send(JSON.stringify(problemOf(code, detail, details, request.id, docs)))
  }
}

export function notFound(): never {
  throw new HttpProblem('NOT_FOUND')
}

/** A full queue is no fault; what nobody expected is written down whole. */
function logFault(error: Error, code: string, request: FastifyRequest): void {
  const { method, routeOptions } = request
  const about = { code, method, route: routeOptions.url }
  if (code === 'INTERNAL_ERROR') request.log.error({ ...about, err: error }, 'a request failed')
  else if (code !== 'BUSY')
    request.log.warn({ ...about, message: error.message }, 'a request failed')
}

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { infoOf } from './codes.ts'
import { FaultLog } from './fault-log.ts'
import { HttpProblem } from './http-problem.ts'
import { toldOf } from './of-error.ts'
import { PROBLEM_TYPE, problemOf } from './problem.ts'

/** Answers every error as problem+json. Only internal errors are logged in full. */
export function errorHandler(docs: string) {
  const faults = new FaultLog()
  return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): void => {
    const { code, detail, details, headers, status: own } = toldOf(error)
    const { status: usual, retryAfterS } = infoOf(code)
    const status = own ?? usual
    if (status >= 500) faults.tell(error, code, request)
    if (retryAfterS !== undefined) {
      void reply.header('retry-after', String(retryAfterS))
      // Fastify closes the connection if a body was not read to its end. A caller who is still sending would lose the
      // answer, which says when to retry.
      void reply.removeHeader('connection')
    }
    void reply
      .code(status)
      .headers(headers)
      .header('content-type', PROBLEM_TYPE)
      .send(JSON.stringify({ ...problemOf(code, detail, details, request.id, docs), status }))
  }
}

export function notFound(): never {
  throw new HttpProblem('NOT_FOUND')
}

import type { Socket } from 'node:net'
import { integer, object, string } from '../schemas/schema.ts'
import { Details } from '../schemas/answers.ts'
import { infoOf } from './codes.ts'

/** RFC 9457, with the inventory's own code and details. */
export const Problem = object(
  {
    type: string({ description: 'Where the code is explained' }),
    title: string({ description: 'The same for every problem of this code' }),
    status: integer(),
    detail: string({ description: 'What happened this time, for people' }),
    code: string({ description: 'For programs: codes never change' }),
    details: Details,
    requestId: string({ description: 'The id of the request in the service’s log' }),
  },
  { title: 'Problem', additionalProperties: false },
)
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>
  readonly requestId: string
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** `docs` is the path of the page with the codes. */
export function problemOf(
  code: string,
  detail: string,
  details: Readonly<Record<string, unknown>>,
  requestId: string,
  docs: string,
): Problem {
  const { status, title } = infoOf(code)
  return { type: `${docs}#${code}`, title, status, detail, code, details, requestId }
}

/** Writes to the connection and closes it, if Fastify does not answer, or not yet. */
export function endWithProblem(
  socket: Socket,
  problem: Problem,
  reason: string,
  headers = '',
): void {
  const body = JSON.stringify(problem)
  socket.end(
    `HTTP/1.1 ${problem.status} ${reason}\r\n${headers}content-type: ${PROBLEM_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}

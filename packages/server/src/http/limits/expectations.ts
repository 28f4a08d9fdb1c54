import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { SAFE_HEADERS } from '../access/headers.ts'
import { PROBLEM_TYPE, problemOf } from '../problems/problem.ts'

/** Node handles `Expect: 100-continue`; it would refuse any other expectation without a body. */
export function refuseExpectations(server: Server, docs: string): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const problem = problemOf('EXPECTATION_FAILED', 'only 100-continue is supported', {}, '-', docs)
    const body = JSON.stringify(problem)
    const headers = { ...SAFE_HEADERS, 'content-type': PROBLEM_TYPE, connection: 'close' }
    response
      .writeHead(problem.status, { ...headers, 'content-length': Buffer.byteLength(body) })
      .end(body)
  })
}

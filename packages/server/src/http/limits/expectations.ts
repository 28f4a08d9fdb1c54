import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { SAFE_HEADERS } from '../access/headers.ts'
import { PROBLEM_TYPE, problemOf } from '../problems/problem.ts'

/** `Expect: 100-continue` is what Node meets by itself; anything else it would refuse without a word. */
export function refuseExpectations(server: Server, docs: string): void {
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    const problem = problemOf('EXPECTATION_FAILED', 'only 100-continue is met', {}, '-', docs)
    const body = JSON.stringify(problem)
    const headers = { ...SAFE_HEADERS, 'content-type': PROBLEM_TYPE, connection: 'close' }
    response
      .writeHead(problem.status, { ...headers, 'content-length': Buffer.byteLength(body) })
      .end(body)
  })
}

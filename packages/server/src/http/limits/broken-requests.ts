import type { Socket } from 'node:net'
import { SAFE_HEADERS } from '../access/headers.ts'
import { infoOf } from '../problems/codes.ts'
import { openAnswers } from './open-answers.ts'
import { endWithProblem, problemOf } from '../problems/problem.ts'

const CODES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
}

/** Connections on which something was broken. What else comes on one is broken, too. */
const broken = new WeakSet<Socket>()

/**
 * What is not HTTP never becomes a request. It is answered on the connection, which then closes. If earlier answers are
 * due there, they are sent, and it is not answered; nor if a stream is under way.
 */
export function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  if (broken.has(socket)) return
  broken.add(socket)
  const answers = openAnswers(socket)
  const last = answers.findLast(({ req, headersSent }) => req.complete && !headersSent)
  if (last !== undefined) {
    last.once('close', () => socket.destroySoon())
    return
  }
  if (answers.some(({ headersSent }) => headersSent)) {
    socket.destroySoon()
    return
  }
  const code = CODES[error.code ?? ''] ?? 'INVALID_INPUT'
  const detail = code === 'INVALID_INPUT' ? 'the request is not HTTP' : infoOf(code).title
  const headers = Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`)
  endWithProblem(socket, problemOf(code, detail, {}, '-', '/docs'), 'Refused', headers.join(''))
}

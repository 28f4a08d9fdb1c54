import type { Socket } from 'node:net'
import { SAFE_HEADERS } from '../access/headers.ts'
import { infoOf } from '../problems/codes.ts'
import { endWithProblem, problemOf } from '../problems/problem.ts'

const CODES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
}

/** What is not HTTP never becomes a request. It is answered on the connection, which then closes. */
export function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const code = CODES[error.code ?? ''] ?? 'INVALID_INPUT'
  const detail = code === 'INVALID_INPUT' ? 'the request is not HTTP' : infoOf(code).title
  const headers = Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`)
  endWithProblem(socket, problemOf(code, detail, {}, '-', '/docs'), 'Refused', headers.join(''))
}

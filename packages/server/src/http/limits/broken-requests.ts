import type { Socket } from 'node:net'
import { SAFE_HEADERS } from '../access/headers.ts'
import { infoOf } from '../problems/codes.ts'
import { PROBLEM_TYPE, problemOf } from '../problems/problem.ts'

const CODES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
}

/** What is no HTTP never becomes a request: answered on the connection itself, which then ends. */
export function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (socket.destroyed || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const code = CODES[error.code ?? ''] ?? 'INVALID_INPUT'
  const detail = code === 'INVALID_INPUT' ? 'the request is no HTTP' : infoOf(code).title
  const problem = problemOf(code, detail, {}, '-', '/docs')
  const body = JSON.stringify(problem)
  const headers = Object.entries(SAFE_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(
    `HTTP/1.1 ${problem.status} Refused\r\n${headers.join('')}content-type: ${PROBLEM_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}

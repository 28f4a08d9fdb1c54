import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const open = new WeakMap<Socket, Set<ServerResponse>>()

/** Remembers which answers each connection has still to get: one may have several requests under way. */
export function rememberOpenAnswers(server: Server): void {
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const answers = open.get(socket) ?? new Set()
    open.set(socket, answers.add(response))
    response.once('close', () => answers.delete(response))
  })
}

/** In the order of their requests. */
export function openAnswers(socket: Socket): ServerResponse[] {
  return [...(open.get(socket) ?? [])]
}

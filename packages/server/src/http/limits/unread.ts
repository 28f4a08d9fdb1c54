import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

const LONGEST_CHECK_MS = 1000

/** Counters of libuv; the socket time-out of Node uses the same ones. */
interface Handle {
  /** Bytes handed over so far. */
  readonly bytesWritten: number
  /** Bytes of those that the system has not taken yet. */
  readonly writeQueueSize: number
}

/**
 * Closes a connection on which bytes wait and none was taken for `mostMs`, whatever the answer: a page, an event
 * stream, the answers to a stream of commands. Only bytes taken count as progress, not heartbeats that are added or
 * bytes that the client sends. One timer checks all connections.
 */
export function giveUpUnread(app: FastifyInstance, mostMs: number): void {
  const progress = new Map<Socket, { taken: number; unreadMs: number }>()
  const everyMs = Math.min(LONGEST_CHECK_MS, mostMs / 4)
  app.addHook('onRequest', (request, _reply, done) => {
    const { socket } = request.raw
    if (!progress.has(socket)) {
      progress.set(socket, { taken: 0, unreadMs: 0 })
      socket.once('close', () => progress.delete(socket))
    }
    done()
  })
  let checkedAt = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    // While this process stood still, no client could take anything.
    const passedMs = Math.min(now - checkedAt, 2 * everyMs)
    checkedAt = now
    for (const [socket, last] of progress) {
      const taken = takenFrom(socket)
      const isRead = taken !== last.taken || taken === Infinity || taken >= socket.bytesWritten
      last.taken = taken
      last.unreadMs = isRead ? 0 : last.unreadMs + passedMs
      if (last.unreadMs >= mostMs) socket.destroy()
    }
  }, everyMs).unref()
  app.addHook('onClose', (_app, done) => {
    clearInterval(timer)
    done()
  })
}

/** Bytes that have left this process. */
function takenFrom(socket: Socket): number {
  const { _handle: handle } = socket as { _handle?: Handle | null }
  // There is no handle if it is closed, or made by `inject`.
  return handle ? handle.bytesWritten - handle.writeQueueSize : Infinity
}

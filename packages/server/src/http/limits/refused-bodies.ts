import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { FastifyInstance } from 'fastify'

/** How often up to 64 KiB of one of the bodies are read: 12.5 MiB a second in all. */
const EVERY_MS = 5

/**
 * A client that is refused before its body has arrived may go on sending, and read the answer only afterwards. Node
 * would read the rest as fast as it comes, hundreds of MiB a second; or, if the connection is to be closed, close it at
 * once, and the client would find it broken instead of the answer. Here the rest is read in slices, in turns, and
 * discarded, for `mostMs` at most, and the answer ends after it.
 */
export function takeRefusedBodiesSlowly(app: FastifyInstance, mostMs: number): void {
  /** When each of them is given up. */
  const unread = new Map<IncomingMessage, number>()
  let timer: NodeJS.Timeout | null = null
  let isClosing = false
  const takeSome = (): void => {
    const now = performance.now()
    let isTaken = false
    for (const [raw, deadline] of [...unread]) {
      const isOver = hasCome(raw) || raw.destroyed
      if (!isOver && now < deadline && isTaken) continue
      unread.delete(raw)
      if (isOver) raw.resume()
      else if (now >= deadline) raw.destroy()
      else {
        raw.read()
        isTaken = true
        unread.set(raw, deadline) // after the others
      }
    }
    timer = unread.size === 0 ? null : setTimeout(takeSome, EVERY_MS).unref()
  }
  app.addHook('onSend', (request, reply, payload, done) => {
    const { raw, headers } = request
    const { 'content-length': length = '0', 'transfer-encoding': coding } = headers
    const hasBody = length !== '0' || coding !== undefined
    // A stream of commands is answered while it is being read. To HEAD nothing is sent before the end.
    const hasRest = hasBody && !hasCome(raw) && !raw.destroyed && request.method !== 'HEAD'
    if (reply.statusCode < 400 || !hasRest || isClosing) {
      done(null, payload)
      return
    }
    request.leavePlace?.()
    raw.pause()
    // Once something was read from it, Node does not read the rest by itself.
    raw.read(0)
    unread.set(raw, performance.now() + mostMs)
    // Most bodies have come with their headers.
    setImmediate(() => {
      if (hasCome(raw) && unread.delete(raw)) raw.resume()
    })
    timer ??= setTimeout(takeSome, EVERY_MS).unref()
    if (typeof payload !== 'string') {
      done(null, payload)
      return
    }
    void reply.header('content-length', Buffer.byteLength(payload))
    done(null, Readable.from(withRest(payload, raw)))
  })
  app.addHook('preClose', (done) => {
    isClosing = true
    for (const raw of unread.keys()) raw.destroy()
    done()
  })
}

/** A request of `inject` is never complete, but ends. */
function hasCome(raw: IncomingMessage): boolean {
  return raw.complete || raw.readableEnded
}

/** An answer that ends when nothing more comes of its request. */
async function* withRest(answer: string, raw: IncomingMessage): AsyncGenerator<string> {
  yield answer
  await finished(raw).catch(() => undefined)
}

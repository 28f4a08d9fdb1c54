import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** How often, and from how many bodies, up to 64 KiB are read: 12.5 MiB a second in all. */
const EVERY_MS = 20
const AT_ONCE = 4

/**
 * A client that is refused before its body has arrived may go on sending, and read the answer only afterwards. Node
 * would read the rest as fast as it comes, hundreds of MiB a second. Here it is read in slices, in turns, and discarded.
 */
export function takeRefusedBodiesSlowly(app: FastifyInstance): void {
  const unread = new Set<IncomingMessage>()
  let timer: NodeJS.Timeout | null = null
  const takeSome = (): void => {
    let left = AT_ONCE
    for (const raw of [...unread]) {
      if (!raw.complete && !raw.destroyed && left-- <= 0) continue
      unread.delete(raw)
      if (raw.complete || raw.destroyed) raw.resume()
      else {
        raw.read()
        unread.add(raw) // after the others
      }
    }
    timer = unread.size === 0 ? null : setTimeout(takeSome, EVERY_MS).unref()
  }
  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    // A stream of commands is answered while it is being read.
    if (reply.statusCode >= 400 && !raw.complete && !raw.destroyed) {
      raw.pause()
      // Once something was read from it, Node does not read the rest by itself.
      raw.read(0)
      unread.add(raw)
      timer ??= setTimeout(takeSome, EVERY_MS).unref()
    }
    done(null, payload)
  })
  app.addHook('preClose', (done) => {
    for (const raw of unread) raw.destroy()
    done()
  })
}

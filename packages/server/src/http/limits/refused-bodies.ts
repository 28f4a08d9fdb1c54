import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** How often, and of how many bodies, what has arrived is taken: 64 KiB each, 12.5 MiB a second in all. */
const EVERY_MS = 20
const AT_ONCE = 4

/**
 * Who is refused before the whole body has come may go on sending it, and read the answer only then. Left
 * to itself Node takes the rest as fast as it comes, hundreds of MiB a second, whoever sends it. Here it
 * is taken in slices, by turns, and thrown away.
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
        unread.add(raw) // behind the others
      }
    }
    timer = unread.size === 0 ? null : setTimeout(takeSome, EVERY_MS).unref()
  }
  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    // A stream of commands is answered while it is read.
    if (reply.statusCode >= 400 && !raw.complete && !raw.destroyed) {
      raw.pause()
      // Once it was read from, Node does not take the rest by itself.
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

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Of a request whose caller left before its answer began. What it asked for may have been done. */
const LEFT = 499

interface Over {
  readonly status: number
  /** The caller left before the answer ended, as readers of a stream do. */
  readonly wasLeft: boolean
}

/** Calls once for each request: when its answer has ended, or its caller has left. */
export function whenOver(
  app: FastifyInstance,
  then: (request: FastifyRequest, reply: FastifyReply, over: Over) => void,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = reply
    // One more than Node takes for a leak: an event stream has many others.
    raw.setMaxListeners(raw.getMaxListeners() + 1)
    // Not `onResponse`, which never comes if the connection is cut.
    raw.once('close', () => {
      const status = raw.headersSent ? raw.statusCode : LEFT
      then(request, reply, { status, wasLeft: !raw.writableFinished })
    })
    done()
  })
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { openAnswers } from './open-answers.ts'
import { endWithProblem, problemOf } from '../problems/problem.ts'

const CHECK_MS = 500

/**
 * Closes connections whose body takes too long to arrive. One timer checks all of them: a timer per request would cost
 * more than the request. Streams of commands have limits of their own while they are read. The limit also holds for a
 * request that is answered before its body has arrived: by a byte now and then it could keep its connection for ever.
 */
export function limitSlowBodies(app: FastifyInstance, mostMs: number, docs: string): void {
  const waiting = new Map<FastifyRequest, { readonly deadline: number; isAnswered: boolean }>()
  const wait = (request: FastifyRequest, isAnswered: boolean): void => {
    waiting.set(request, { deadline: performance.now() + mostMs, isAnswered })
  }
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request
    const hasBody = headers['content-length'] !== undefined || 'transfer-encoding' in headers
    const { streamsType } = request.routeOptions.config
    const isStream =
      streamsType !== undefined && headers['content-type']?.startsWith(streamsType) === true
    if (hasBody && !isStream) wait(request, false)
    done()
  })
  app.addHook('preValidation', (request, _reply, done) => {
    waiting.delete(request)
    done()
  })
  // The rest of a refused body has a limit of its own.
  app.addHook('onSend', (request, reply, payload, done) => {
    if (reply.statusCode >= 400) waiting.delete(request)
    done(null, payload)
  })
  app.addHook('onResponse', (request, _reply, done) => {
    const { raw } = request
    const known = waiting.get(request)
    if (raw.complete || raw.destroyed) waiting.delete(request)
    else {
      if (known === undefined) wait(request, true)
      else known.isAnswered = true
      raw.once('close', () => waiting.delete(request))
    }
    done()
  })
  const timer = setInterval(() => {
    const now = performance.now()
    for (const [request, { deadline, isAnswered }] of waiting) {
      if (now < deadline) break
      waiting.delete(request)
      if (isAnswered) request.raw.destroy()
      else refuse(request, docs)
    }
  }, CHECK_MS).unref()
  app.addHook('onClose', (_app, done) => {
    clearInterval(timer)
    done()
  })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The media type of bodies that may take as long as they like, if something comes now and then. */
    streamsType?: string
  }
}

/** Written to the connection, because Fastify still waits for the body. */
function refuse(request: FastifyRequest, docs: string): void {
  const { raw, id } = request
  const problem = problemOf('REQUEST_TIMEOUT', 'the body came too slowly', {}, id, docs)
  const tell = (): void => {
    if (!raw.complete) endWithProblem(raw.socket, problem, 'Request Timeout')
  }
  // Those before it on this connection are answered first.
  const before = openAnswers(raw.socket).findLast(({ req }) => req !== raw)
  if (before === undefined) tell()
  else before.once('close', tell)
}

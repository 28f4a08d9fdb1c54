import type { FastifyInstance } from 'fastify'
import type { LogLevel } from './log-levels.ts'

const LEVELS: ReadonlySet<LogLevel> = new Set(['info', 'debug'])

/**
 * One line a request, once it is answered: who asked for what, and what came of it. Its query, its
 * headers and its body stay out, whatever somebody may have put there.
 */
export function logRequests(app: FastifyInstance, level: LogLevel): void {
  if (!LEVELS.has(level)) return
  app.addHook('onResponse', (request, reply, done) => {
    const { method, url, ip } = request
    // Refused before anybody looked at who it is: there is no caller.
    const caller = request.caller as typeof request.caller | undefined
    const [path] = url.split('?', 1)
    const ms = Math.round(reply.elapsedTime * 10) / 10
    const about = { method, path, status: reply.statusCode, ms, ip, actor: caller?.actor }
    request.log.info({ ...about, scope: caller?.scope }, 'answered')
    done()
  })
}

import type { FastifyInstance } from 'fastify'
import type { LogLevel } from './log-levels.ts'

const LEVELS: ReadonlySet<LogLevel> = new Set(['info', 'debug'])

/**
 * Logs one line per answered request: caller, route, status and duration. Query, headers and body are left out, whatever
 * they may hold.
 */
export function logRequests(app: FastifyInstance, level: LogLevel): void {
  if (!LEVELS.has(level)) return
  app.addHook('onResponse', (request, reply, done) => {
    const { method, url, ip } = request
    // There is no caller if it was refused before that was known.
    const caller = request.caller as typeof request.caller | undefined
    const [path] = url.split('?', 1)
    const ms = Math.round(reply.elapsedTime * 10) / 10
    const about = { method, path, status: reply.statusCode, ms, ip, actor: caller?.actor }
    request.log.info({ ...about, scope: caller?.scope }, 'answered')
    done()
  })
}

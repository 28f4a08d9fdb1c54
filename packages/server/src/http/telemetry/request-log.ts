import type { FastifyInstance } from 'fastify'
import type { LogLevel } from './log-levels.ts'
import { whenOver } from './when-over.ts'

const LEVELS: ReadonlySet<LogLevel> = new Set(['info', 'debug'])

/**
 * Logs one line per request to a path: caller, route, status and duration. Query, headers and body are left out, whatever
 * they may hold.
 */
export function logRequests(app: FastifyInstance, level: LogLevel): void {
  if (!LEVELS.has(level)) return
  whenOver(app, (request, reply, { status, wasLeft }) => {
    const { method, url, ip } = request
    // There is no caller if it was refused before that was known.
    const caller = request.caller as typeof request.caller | undefined
    const [path] = url.split('?', 1)
    const ms = Math.round(reply.elapsedTime * 10) / 10
    const about = { method, path, status, ms, ip, actor: caller?.actor }
    request.log.info({ ...about, scope: caller?.scope }, wasLeft ? 'left' : 'answered')
  })
}

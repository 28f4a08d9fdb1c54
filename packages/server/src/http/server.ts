import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import Fastify, { LogController, type FastifyInstance } from 'fastify'
import type { Inventory, ReorderStrategy } from 'holdfast'
import type { Identify } from './access/caller.ts'
import { SAFE_HEADERS, safeHeaders } from './access/headers.ts'
import { oneHost } from './access/one-host.ts'
import { refuseExpectations } from './limits/expectations.ts'
import { takeRefusedBodiesSlowly } from './limits/refused-bodies.ts'
import { limitSlowBodies } from './limits/slow-bodies.ts'
import { giveUpUnread } from './limits/unread.ts'
import { rememberOpenAnswers } from './limits/open-answers.ts'
import { refuseBrokenRequest } from './limits/broken-requests.ts'
import { consoleRoutes } from './console/routes.ts'
import { holdfastPlugin } from './plugin.ts'
import { errorHandler } from './problems/handlers.ts'
import type { ServerLimits } from './limits/defaults.ts'
import { believes, type TrustProxy } from './access/trust-proxy.ts'
import type { TokenRegistry } from './tokens/registry.ts'
import type { Log } from './telemetry/log-levels.ts'
import { logRequests } from './telemetry/request-log.ts'
import type { CommandCounts } from './telemetry/command-counts.ts'
import type { WebhookRegistry } from './webhooks/registry.ts'

export interface ServerOptions {
  readonly inventory: Inventory
  readonly identify: Identify
  /** Serves the routes of tokens. */
  readonly tokens: TokenRegistry | null
  readonly webhooks?: WebhookRegistry | null | undefined
  readonly counts?: CommandCounts | undefined
  readonly reorder?: ReorderStrategy | undefined
  readonly file?: string | undefined
  readonly forReading?: boolean | undefined
  /** Proxies whose `X-Forwarded-For` is trusted: their addresses, or how many there are. */
  readonly trustProxy?: TrustProxy | undefined
  readonly limits: ServerLimits
  readonly logger: Log | false
}

const DOCS = '/docs'
/** Ids of 128 characters, each up to four bytes, each byte as three characters. */
const LONGEST_PARAM = 128 * 4 * 3

/** A Fastify server for the inventory alone, with limits on all input. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { inventory, identify, tokens, limits, logger } = options
  const answerError = errorHandler(DOCS)
  const app = Fastify({
    logger: logger === false ? false : { level: logger.level, stream: logger.stream },
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIds(),
    requestIdHeader: false,
    trustProxy: believes(options.trustProxy),
    routerOptions: { maxParamLength: LONGEST_PARAM },
    bodyLimit: limits.bodyBytes,
    // Requests that come while it closes are answered, and not refused with 503.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    keepAliveTimeout: limits.keepAliveMs,
    requestTimeout: 0, // streams of commands take long; other bodies have `limitSlowBodies`
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: 500,
      requireHostHeader: false, // `oneHost` refuses, with problem+json
    },
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: (error, request, reply) => {
      void reply.headers(SAFE_HEADERS)
      answerError(error, request, reply)
    },
  })
  app.setErrorHandler(answerError) // the plugin has one of its own; the console has not
  app.server.maxConnections = limits.connections
  rememberOpenAnswers(app.server)
  refuseExpectations(app.server, DOCS)
  if (logger !== false) logRequests(app, logger.level)
  giveUpUnread(app, limits.unreadMs)
  app.addHook('onRequest', safeHeaders)
  app.addHook('onRequest', oneHost)
  limitSlowBodies(app, limits.bodyMs, DOCS)
  takeRefusedBodiesSlowly(app, limits.bodyMs)
  consoleRoutes(app)
  void app.register(holdfastPlugin, {
    inventory,
    identify,
    tokens,
    webhooks: options.webhooks,
    counts: options.counts,
    reorder: options.reorder,
    file: options.file,
    forReading: options.forReading,
    limits: { ...limits, unreadMs: 0 },
  })
  return app
}

/** The caller's own id if it is plain; else a short unique one. */
function requestIds(): (request: IncomingMessage) => string {
  const process = randomBytes(6).toString('hex')
  let count = 0
  return ({ headers: { 'x-request-id': given } }) =>
    typeof given === 'string' && /^[\w.-]{1,64}$/.test(given)
      ? given
      : `${process}-${(count++).toString(36)}`
}

import type { FastifyInstance } from 'fastify'
import { OperationalError, orderUpTo, type Inventory, type ReorderStrategy } from 'holdfast'
import type { Identify } from './access/caller.ts'
import { guard } from './access/guard.ts'
import { docsRoutes } from './docs/routes.ts'
import { acceptOnlyJson } from './input/json-body.ts'
import { refusePreconditions } from './input/preconditions.ts'
import { readQuery } from './input/query.ts'
import { compile } from './input/validator.ts'
import { PLUGIN_LIMITS, type PluginLimits } from './limits/defaults.ts'
import { limitInFlight } from './limits/in-flight.ts'
import { limitRate } from './limits/rate.ts'
import { AnswerMemory } from './limits/answer-memory.ts'
import { LargeAnswers } from './limits/large-answers.ts'
import { PageTurns } from './limits/page-turns.ts'
import { Shares } from './limits/shares.ts'
import { StreamPlaces } from './limits/stream-places.ts'
import { giveUpUnread } from './limits/unread.ts'
import { errorHandler, notFound } from './problems/handlers.ts'
import { batchRoutes } from './routes/batch.ts'
import { commandRoutes } from './routes/commands.ts'
import { eventRoutes } from './routes/events.ts'
import { healthRoutes } from './routes/health.ts'
import { listRoutes } from './routes/lists.ts'
import { lookupRoutes } from './routes/lookups.ts'
import { metricsRoute } from './routes/metrics.ts'
import { overviewRoute } from './routes/overview.ts'
import { reorderRoute } from './routes/reorder.ts'
import { refuseOtherMethods } from './routes/other-methods.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { trailRoutes } from './routes/trail.ts'
import { warehouseRoutes } from './routes/warehouses.ts'
import { webhookRoutes } from './routes/webhooks.ts'
import { CommandCounts } from './telemetry/command-counts.ts'
import { RequestCounts } from './telemetry/request-counts.ts'
import type { TokenRegistry } from './tokens/registry.ts'
import type { WebhookRegistry } from './webhooks/registry.ts'

export interface HoldfastPluginOptions {
  readonly inventory: Inventory
  /** Returns the caller and their role, as the surrounding server knows them, or throws. */
  readonly identify: Identify
  /** Serves the routes of tokens. Default: none. */
  readonly tokens?: TokenRegistry | null | undefined
  /** Serves the routes of webhooks. Default: none. */
  readonly webhooks?: WebhookRegistry | null | undefined
  /** The counts of commands in /metrics. Default: its own. */
  readonly counts?: CommandCounts | undefined
  /** The SQLite file of the inventory, for the free space on its disk in /metrics. */
  readonly file?: string | undefined
  /** The inventory is read-only on purpose, and ready although it takes no commands. Default: false. */
  readonly forReading?: boolean | undefined
  /** What to order when stock is low. Default: `orderUpTo(4)`. */
  readonly reorder?: ReorderStrategy | undefined
  /** Limits; omitted ones have their defaults. */
  readonly limits?: Partial<PluginLimits> | undefined
}

/**
 * The inventory over HTTP, as a plugin for a Fastify server.
 * @example
 * await app.register(holdfastPlugin, {
 *   prefix: '/stock',
 *   inventory,
 *   identify: (request) => ({ role: 'operator', actor: request.user.name, scope: request.user.id }),
 * })
 */
export async function holdfastPlugin(
  app: FastifyInstance,
  options: HoldfastPluginOptions,
): Promise<void> {
  const { inventory, identify, tokens, webhooks } = options
  const { counts = new CommandCounts(), reorder = orderUpTo(4) } = options
  const limits: PluginLimits = { ...PLUGIN_LIMITS, ...options.limits }
  const docs = `${app.prefix}/docs`

  app.setValidatorCompiler(({ schema }) => compile(schema as object))
  // As fast as serializers compiled from the schemas, and nothing to compile at the start.
  app.setSerializerCompiler(() => JSON.stringify)
  app.setErrorHandler(errorHandler(docs))
  app.setNotFoundHandler(notFound)
  if (!app.hasRequestDecorator('caller')) app.decorateRequest('caller')
  const bodies = new Shares(limits.bodiesBytes, limits.bodiesBytesPerToken)
  acceptOnlyJson(app, bodies)
  const requests = new RequestCounts()
  requests.listen(app)
  if (limits.unreadMs > 0) giveUpUnread(app, limits.unreadMs)
  app.addHook('onRequest', guard(identify))
  limitInFlight(app, limits.inFlight)
  limitRate(app, limits.ratePerSecond)
  refusePreconditions(app)
  app.addHook('onRoute', (route) => {
    route.bodyLimit ??= limits.bodyBytes
    const query = readQuery(route.schema?.querystring)
    if (query === null) return
    const before = [route.preValidation ?? []].flat()
    route.preValidation = [query, ...before]
  })

  const stop = new AbortController()
  const closing = stop.signal
  app.addHook('preClose', (done) => {
    stop.abort(new OperationalError('STORE_CLOSED', 'the service is stopping'))
    // Connections that are answered from now on are not used again.
    const timer = setInterval(() => app.server.closeIdleConnections(), 20)
    app.server.once('close', () => clearInterval(timer))
    done()
  })

  const described = docsRoutes(app)
  const { forReading = false } = options
  healthRoutes(app, inventory, counts, closing, forReading)
  const answers = new AnswerMemory(limits)
  const large = new LargeAnswers(answers, bodies)
  commandRoutes(app, inventory, counts, large)
  const { batchBytes, idleMs } = limits
  const batches = { inventory, counts, large, bodyLimit: batchBytes, closing, idleMs }
  await app.register(batchRoutes, {
    ...batches,
    places: new StreamPlaces(
      'streams of commands',
      limits.commandStreams,
      limits.commandStreamsPerToken,
    ),
  })
  const turns = new PageTurns(answers)
  lookupRoutes(app, inventory, turns)
  reorderRoute(app, inventory, reorder)
  listRoutes(app, inventory, turns)
  const proofs = trailRoutes(app, inventory, turns, closing)
  const readers = new StreamPlaces(
    'streams of events',
    limits.eventStreams,
    limits.eventStreamsPerToken,
  )
  eventRoutes(app, { inventory, closing, places: readers, turns, heartbeatMs: 15_000 })
  warehouseRoutes(app, inventory)
  overviewRoute(app, inventory, counts, turns)
  if (tokens) tokenRoutes(app, tokens)
  if (webhooks) webhookRoutes(app, inventory, webhooks)
  metricsRoute(app, {
    ...{ inventory, counts, requests, file: options.file ?? null, webhooks: webhooks ?? null },
    forReading,
    streams: () => readers.open,
    proofs,
  })
  refuseOtherMethods(app, described)
}

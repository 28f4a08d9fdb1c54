import type { FastifyInstance } from 'fastify'
import type { Inventory, ReorderStrategy } from 'holdfast'
import { byToken } from './access/bearer.ts'
import { isLoopback, SameMachine } from './access/loopback.ts'
import { DEFAULT_LIMITS, type ServerLimits } from './limits/defaults.ts'
import { NoTokenError } from './access/no-token.ts'
import type { TrustProxy } from './access/trust-proxy.ts'
import { guessLimit } from './limits/rate.ts'
import { createServer } from './server.ts'
import type { Log } from './telemetry/log-levels.ts'
import { WebhookRegistry } from './webhooks/registry.ts'
import { TokenRegistry } from './tokens/registry.ts'

export interface ServiceOptions {
  readonly inventory: Inventory
  readonly host?: string | undefined
  /** 0 for any that is free. */
  readonly port?: number | undefined
  /** Ask everybody for a token, those on the same machine too. */
  readonly requireToken?: boolean | undefined
  /** Names beside loopback's that it answers to, behind a proxy; everybody then needs a token. */
  readonly allowedHosts?: readonly string[] | undefined
  /** The SQLite file of the inventory: /metrics tells its size, and how much room its disk has. */
  readonly file?: string | undefined
  /** The inventory was opened for reading on purpose: it is ready without taking commands. Default: false. */
  readonly forReading?: boolean | undefined
  /** Proxies that are believed about where a request comes from. Default: none. */
  readonly trustProxy?: TrustProxy | undefined
  readonly limits?: Partial<ServerLimits> | undefined
  /** Webhooks may go into private networks, and by http. */
  readonly allowPrivateWebhooks?: boolean | undefined
  /** Before the first repetition of what an endpoint of a webhook did not take; it doubles from there. */
  readonly webhookPauseMs?: number | undefined
  /** What to order when stock is low, as the console shows it; `orderUpTo(4)` where it is left out. */
  readonly reorder?: ReorderStrategy | undefined
  readonly log?: Log | undefined
}

export interface Service {
  readonly url: string
  readonly app: FastifyInstance
  readonly needsToken: boolean
  /** Answers what it accepted, then closes. The inventory stays open: it is its owner's. */
  close(): Promise<void>
}

/**
 * Serves an inventory over HTTP.
 * @throws NoTokenError
 * @example
 * const service = await startService({ inventory, port: 4680 })
 * console.log(service.url)
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { inventory, host = '127.0.0.1', port = 4680, allowedHosts = [] } = options
  const needsToken = options.requireToken === true || allowedHosts.length > 0 || !isLoopback(host)
  const tokens = await new TokenRegistry(inventory).start()
  if (needsToken && !tokens.hasLive()) {
    await tokens.stop()
    throw new NoTokenError(`there is no token yet, and ${host} is not for this machine alone`)
  }
  const sameMachine = needsToken ? null : new SameMachine([])
  const webhooks = new WebhookRegistry({
    inventory,
    allowPrivate: options.allowPrivateWebhooks ?? false,
    firstPauseMs: options.webhookPauseMs,
    onError: (error) => app.log.warn({ err: error }, 'webhooks could not be looked at'),
  })
  const app = createServer({
    inventory,
    identify: byToken({ tokens, sameMachine, onWrong: guessLimit() }),
    tokens,
    webhooks,
    reorder: options.reorder,
    file: options.file,
    forReading: options.forReading,
    trustProxy: options.trustProxy,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    logger: options.log ?? false,
  })
  app.addHook('onClose', async () => {
    await tokens.stop()
    await webhooks.stop()
  })
  try {
    await webhooks.start()
    const url = await app.listen({ host, port })
    return { url, app, needsToken, close: () => app.close() }
  } catch (error) {
    await app.close()
    throw error
  }
}

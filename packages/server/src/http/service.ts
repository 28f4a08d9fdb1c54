import type { FastifyInstance } from 'fastify'
import { OperationalError, type Inventory, type ReorderStrategy } from 'holdfast'
import { byToken } from './access/bearer.ts'
import { isLoopback, SameMachine } from './access/loopback.ts'
import { DEFAULT_LIMITS, type ServerLimits } from './limits/defaults.ts'
import { NoTokenError } from './access/no-token.ts'
import type { TrustProxy } from './access/trust-proxy.ts'
import { guessLimit } from './limits/rate.ts'
import { FaultLog } from './problems/fault-log.ts'
import { createServer } from './server.ts'
import type { Log } from './telemetry/log-levels.ts'
import { WebhookRegistry } from './webhooks/registry.ts'
import { TokenRegistry } from './tokens/registry.ts'

export interface ServiceOptions {
  readonly inventory: Inventory
  readonly host?: string | undefined
  /** 0 for any free port. Default: 4680. */
  readonly port?: number | undefined
  /** Requires a token from every caller, on the same machine too. Default: false. */
  readonly requireToken?: boolean | undefined
  /** Host names that it answers to besides loopback's, behind a proxy. Every caller then needs a token. */
  readonly allowedHosts?: readonly string[] | undefined
  /** The SQLite file of the inventory, for the free space on its disk in /metrics. */
  readonly file?: string | undefined
  /** The inventory is read-only on purpose, and ready although it takes no commands. Default: false. */
  readonly forReading?: boolean | undefined
  /** Proxies whose `X-Forwarded-For` is trusted. Default: none. */
  readonly trustProxy?: TrustProxy | undefined
  readonly limits?: Partial<ServerLimits> | undefined
  /** Allows webhooks to private networks and by http. Default: false. */
  readonly allowPrivateWebhooks?: boolean | undefined
  /** The pause before a failed webhook is first retried, in milliseconds; each further one is twice as long. Default: 1,000. */
  readonly webhookPauseMs?: number | undefined
  /** What to order when stock is low, for the console. Default: `orderUpTo(4)`. */
  readonly reorder?: ReorderStrategy | undefined
  readonly log?: Log | undefined
}

export interface Service {
  readonly url: string
  readonly app: FastifyInstance
  readonly needsToken: boolean
  /** Answers what was accepted, then closes. The inventory stays open. */
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
    throw new NoTokenError('there is no token yet, and every request needs one')
  }
  const sameMachine = needsToken ? null : new SameMachine([])
  const faults = new FaultLog()
  const webhooks = new WebhookRegistry({
    inventory,
    allowPrivate: options.allowPrivateWebhooks ?? false,
    firstPauseMs: options.webhookPauseMs,
    onError: (error) => {
      const about = aboutFault(error, faults)
      const isStore = error instanceof OperationalError
      const what = isStore
        ? 'the store does not answer; webhooks wait'
        : 'there is a problem with webhooks'
      if (about !== null) app.log.warn(about, what)
    },
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

/** What the log says of it: a known fault in short, one a second; any other in full, each time. */
function aboutFault(error: unknown, faults: FaultLog): object | null {
  if (!(error instanceof OperationalError)) return { err: error }
  const { code, message } = error
  const others = faults.unsaid(code)
  return others === null ? null : { code, message, others }
}

import type { FastifyInstance } from 'fastify'
import type { Inventory } from 'holdfast'
import type { CommandCounts } from '../telemetry/command-counts.ts'

const ANSWER_WITHIN_MS = 2000
const TRY_AGAIN_MS = 1000

/**
 * For supervisors and load balancers: whether the process is alive, whether it can take commands, and whether the clock
 * is believed. It tells strangers nothing else.
 */
export function healthRoutes(
  app: FastifyInstance,
  inventory: Inventory,
  counts: CommandCounts,
  closing: AbortSignal,
  /** It only serves reads, and is ready without writes. */
  forReading: boolean,
): void {
  let tried = { at: -Infinity, writes: Promise.resolve(false) }
  /**
   * A full disk fails commands until there is room again. A service that is not ready gets no commands to find out, so
   * it writes something itself, at most once a second.
   */
  const takesWrites = async (): Promise<boolean> => {
    if (!counts.storeFails) return true
    const now = performance.now()
    if (now - tried.at > TRY_AGAIN_MS) {
      tried = { at: now, writes: succeeds(inventory.tryWrite()) }
    }
    const writes = await tried.writes
    if (writes) counts.storeFails = false
    return writes
  }

  app.get('/healthz', { config: { need: 'open' } }, () => ({ ok: true }))
  app.get('/readyz', { config: { need: 'open' } }, async (_request, reply) => {
    const ok =
      !closing.aborted &&
      (forReading || !inventory.readOnly) &&
      (await succeeds(inventory.head())) &&
      (forReading || (await takesWrites()))
    // It keeps selling by a time of its own. Otherwise every process would be out of service at once.
    const { state, offMs, since } = inventory.stats().clock
    const clock = state === 'steady' ? {} : { clock: { state, offMs, since } }
    return reply.code(ok ? 200 : 503).send({ ok, ...clock })
  })
}

/** False if it takes too long to be of use to the caller. */
async function succeeds(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS).unref()
  })
  const done = work.then(
    () => true,
    () => false,
  )
  return await Promise.race([done, late]).finally(() => clearTimeout(timer))
}

import type { FastifyInstance } from 'fastify'
import type { Inventory } from 'holdfast'
import type { CommandCounts } from '../telemetry/command-counts.ts'

const ANSWER_WITHIN_MS = 2000
const TRY_AGAIN_MS = 1000

/**
 * For whoever restarts and routes: alive, and fit to take commands; and whether the clock is believed, which
 * strangers may know. Says nothing else to them.
 */
export function healthRoutes(
  app: FastifyInstance,
  inventory: Inventory,
  counts: CommandCounts,
  closing: AbortSignal,
  /** It shall read alone, and is ready for that. */
  forReading: boolean,
): void {
  let tried = { at: -Infinity, writes: Promise.resolve(false) }
  /**
   * A disk that is full fails commands, and the store may take some again at any moment. As nobody sends
   * any to a service that is not ready, it writes something itself, once a second at most.
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
    // It sells all the same, by a time of its own: taken out of service, every process would be at once.
    const { state, offMs, since } = inventory.stats().clock
    const clock = state === 'steady' ? {} : { clock: { state, offMs, since } }
    return reply.code(ok ? 200 : 503).send({ ok, ...clock })
  })
}

/** In time; whatever comes later is of no use to who asked. */
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

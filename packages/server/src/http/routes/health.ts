import type { FastifyInstance } from 'fastify'
import type { Inventory } from 'holdfast'

const ANSWER_WITHIN_MS = 2000

/** For whoever restarts and routes: alive, and fit to take commands. Says nothing else to strangers. */
export function healthRoutes(
  app: FastifyInstance,
  inventory: Inventory,
  closing: AbortSignal,
): void {
  app.get('/healthz', { config: { need: 'open' } }, () => ({ ok: true }))
  app.get('/readyz', { config: { need: 'open' } }, async (_request, reply) => {
    const ok = !closing.aborted && !inventory.readOnly && (await canRead(inventory))
    return reply.code(ok ? 200 : 503).send({ ok })
  })
}

async function canRead(inventory: Inventory): Promise<boolean> {
  const timer = new AbortController()
  try {
    const late = new Promise<false>((resolve) => {
      const timeout = setTimeout(() => resolve(false), ANSWER_WITHIN_MS).unref()
      timer.signal.addEventListener('abort', () => clearTimeout(timeout))
    })
    return await Promise.race([inventory.head().then(() => true), late])
  } catch {
    return false
  } finally {
    timer.abort()
  }
}

import type { FastifyInstance } from 'fastify'
import { Metrics, type MetricSources } from '../telemetry/metrics.ts'

/** For Prometheus. Needs the right to read. */
export function metricsRoute(app: FastifyInstance, sources: MetricSources): void {
  const metrics = new Metrics(sources)
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  )
}

import { readFileSync } from 'node:fs'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'

let made: Registry | null = null

/** Of the process: memory, CPU, the event loop, garbage collection, and what it is. Made once, when first asked for. */
export async function processMetrics(): Promise<string> {
  made ??= newRegistry()
  return await made.metrics()
}

function newRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  // Gauges with the name of a counter: Prometheus' own check refuses them.
  for (const what of ['handles', 'requests', 'resources'])
    registry.removeSingleMetric(`nodejs_active_${what}_total`)
  const names = { name: 'holdfast_build_info', help: 'What runs; the value is 1' }
  const info = new Gauge({ ...names, labelNames: ['version', 'node'], registers: [registry] })
  info.set({ version: ownVersion(), node: process.versions.node }, 1)
  return registry
}

/** Sources and what is published lie as deep. */
function ownVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

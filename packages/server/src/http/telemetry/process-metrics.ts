import { collectDefaultMetrics, Gauge, Registry, type Counter } from 'prom-client'
import packageJson from '../../../package.json' with { type: 'json' }

let made: Registry | null = null

/** Metrics of the process: memory, CPU, event loop, garbage collection, versions. Made at the first scrape. */
export async function processMetrics(): Promise<string> {
  made ??= newRegistry()
  return await made.metrics()
}

function newRegistry(): Registry {
  const registry = new Registry()
  // They would count from here on.
  const { user, system } = process.cpuUsage()
  collectDefaultMetrics({ register: registry })
  addSeconds(registry, 'process_cpu_user_seconds_total', user)
  addSeconds(registry, 'process_cpu_system_seconds_total', system)
  addSeconds(registry, 'process_cpu_seconds_total', user + system)
  // These gauges have names of counters, which `promtool check metrics` refuses.
  for (const what of ['handles', 'requests', 'resources'])
    registry.removeSingleMetric(`nodejs_active_${what}_total`)
  const names = { name: 'holdfast_build_info', help: 'Versions; the value is 1' }
  const info = new Gauge({ ...names, labelNames: ['version', 'node'], registers: [registry] })
  info.set({ version: packageJson.version, node: process.versions.node }, 1)
  return registry
}

function addSeconds(registry: Registry, name: string, microseconds: number): void {
  const counter = registry.getSingleMetric(name) as Counter | undefined
  counter?.inc(microseconds / 1e6)
}

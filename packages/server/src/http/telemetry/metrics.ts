import { Counter, Gauge, Registry } from 'prom-client'
import type { Inventory, HistogramCounts } from 'holdfast'
import { WEBHOOKS } from '../webhooks/stored-webhook.ts'
import type { WebhookRegistry } from '../webhooks/registry.ts'
import type { CommandCounts } from './command-counts.ts'
import { diskSpace } from './disk-space.ts'
import { processMetrics } from './process-metrics.ts'
import type { RequestCounts } from './request-counts.ts'
import { HoldCounts } from './holds.ts'

const HOLDS_WAIT_MS = 500

export interface MetricSources {
  readonly inventory: Inventory
  readonly counts: CommandCounts
  readonly streams: () => number
  readonly webhooks: WebhookRegistry | null
  readonly requests: RequestCounts
  /** When a verify last found that all holds, in milliseconds; null before. */
  readonly verifiedAt: () => number | null
  /** The SQLite file, if there is one. */
  readonly file: string | null
}

/** The figures of a service, as Prometheus reads them; put together when it asks. */
export class Metrics {
  readonly contentType = new Registry().contentType
  readonly #sources: MetricSources
  readonly #holds: HoldCounts

  constructor(sources: MetricSources) {
    this.#sources = sources
    this.#holds = new HoldCounts(sources.inventory)
  }

  async text(): Promise<string> {
    const { inventory, counts, streams, webhooks, requests, file } = this.#sources
    await this.#holds.refresh(HOLDS_WAIT_MS)
    const { seq } = await inventory.head()
    const registry = new Registry()
    const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
      new Counter({ name, help, labelNames, registers: [registry] })
    const gauge = (name: string, help: string, value: number, labelNames: string[] = []): Gauge => {
      const made = new Gauge({ name, help, labelNames, registers: [registry] })
      if (labelNames.length === 0) made.set(value)
      return made
    }

    const commands = counter('holdfast_commands_total', 'Commands over HTTP by outcome', [
      'verb',
      'outcome',
    ])
    for (const [verb, outcomes] of counts.outcomes)
      for (const [outcome, count] of outcomes) commands.inc({ verb, outcome }, count)
    const refusals = counter('holdfast_refusals_total', 'What was not done, by code', ['code'])
    for (const [code, count] of counts.refusals) refusals.inc({ code }, count)

    const { queued, commands: taken, readOnly, sizes, commitSeconds, clock } = inventory.stats()
    counter('holdfast_engine_commands_total', 'Commands that the engine decided').inc(taken)
    gauge('holdfast_queue_depth', 'Commands that wait', queued)
    gauge('holdfast_read_only', '1 where the store refuses writes', readOnly ? 1 : 0)
    const isDistrusted = clock.state === 'distrusted'
    gauge('holdfast_clock_distrusted', '1 while the clock is not followed', isDistrusted ? 1 : 0)
    const offset = 'The clock less the time that holds end by'
    gauge('holdfast_clock_offset_seconds', offset, clock.offMs / 1000)
    if (clock.aheadOfDatabaseMs !== null) {
      const ahead = clock.aheadOfDatabaseMs / 1000
      gauge('holdfast_clock_database_offset_seconds', 'The clock less the database’s', ahead)
    }
    gauge('holdfast_trail_seq', 'The newest entry of the trail', seq)
    gauge('holdfast_holds_active', 'Holds that live', this.#holds.active)
    counter('holdfast_holds_expired_total', 'Holds that expired').inc(this.#holds.expired)
    gauge('holdfast_event_streams', 'Readers of the trail that are connected', streams())
    const lag = gauge('holdfast_feed_lag', 'Entries that a webhook is behind', 0, ['webhook'])
    for (const { id } of webhooks?.list() ?? []) {
      const sender = webhooks?.sender(id)
      if (sender) lag.set({ webhook: id }, Math.max(0, seq - sender.position))
    }
    const byName = gauge('holdfast_consumer_lag', 'Entries that a named consumer is behind', 0, [
      'consumer',
    ])
    for (const { name, position } of await inventory.consumers())
      if (!name.startsWith(WEBHOOKS.prefix))
        byName.set({ consumer: name }, Math.max(0, seq - position))
    const labels = ['method', 'route', 'status']
    const answered = counter('holdfast_http_requests_total', 'Requests that were answered', labels)
    for (const { count, ...which } of requests.all) answered.inc(which, count)
    const failed = counter('holdfast_http_auth_failures_total', 'Requests without a good token')
    failed.inc(requests.authFailures)
    const verifiedAt = this.#sources.verifiedAt()
    if (verifiedAt !== null) {
      const help = 'When a verify over HTTP last found that all holds'
      gauge('holdfast_verify_last_ok_timestamp_seconds', help, verifiedAt / 1000)
    }
    const space = file === null ? null : await diskSpace(file).catch(() => null)
    if (space !== null) {
      gauge('holdfast_store_bytes', 'What the store takes on its disk', space.bytes)
      gauge('holdfast_disk_free_bytes', 'What is left on that disk', space.freeBytes)
    }
    return [
      await registry.metrics(),
      histogram('holdfast_commit_commands', 'Commands that shared a commit', sizes),
      histogram('holdfast_commit_seconds', 'From a decision until it was durable', commitSeconds),
      histogram('holdfast_answer_seconds', 'From a command to its durable answer', counts.latency),
      histogram('holdfast_request_commands', 'Commands of one request', counts.sizes),
      await processMetrics(),
    ].join('')
  }
}

/** prom-client counts by observing; these are counted already. */
function histogram(name: string, help: string, tally: HistogramCounts): string {
  let below = 0
  const lines = tally.steps.map((step, index) => {
    below += tally.counts[index]!
    return `${name}_bucket{le="${step}"} ${below}`
  })
  return [
    `\n# HELP ${name} ${help}`,
    `# TYPE ${name} histogram`,
    ...lines,
    `${name}_bucket{le="+Inf"} ${tally.count}`,
    `${name}_sum ${tally.sum}`,
    `${name}_count ${tally.count}\n`,
  ].join('\n')
}

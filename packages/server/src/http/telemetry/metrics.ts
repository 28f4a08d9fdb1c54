import { Counter, Gauge, Registry } from 'prom-client'
import type { Inventory, HistogramCounts } from 'holdfast'
import type { WebhookRegistry } from '../webhooks/registry.ts'
import type { CommandCounts } from './command-counts.ts'
import { HoldCounts } from './holds.ts'

const HOLDS_WAIT_MS = 500

export interface MetricSources {
  readonly inventory: Inventory
  readonly counts: CommandCounts
  readonly streams: () => number
  readonly webhooks: WebhookRegistry | null
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
    const { inventory, counts, streams, webhooks } = this.#sources
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
    return [
      await registry.metrics(),
      histogram('holdfast_commit_commands', 'Commands that shared a commit', sizes),
      histogram('holdfast_commit_seconds', 'From a decision until it was durable', commitSeconds),
      histogram('holdfast_answer_seconds', 'From a command to its durable answer', counts.latency),
      histogram('holdfast_request_commands', 'Commands of one request', counts.sizes),
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

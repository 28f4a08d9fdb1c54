import { setTimeout as pause } from 'node:timers/promises'
import { Counter, Gauge, Registry } from 'prom-client'
import { OperationalError, type Inventory, type HistogramCounts } from 'holdfast'
import type { Proofs } from '../routes/trail.ts'
import { stateOf } from '../webhooks/sender.ts'
import { isActive, isMissed, storedPosition, WEBHOOKS } from '../webhooks/stored-webhook.ts'
import type { WebhookRegistry } from '../webhooks/registry.ts'
import type { CommandCounts } from './command-counts.ts'
import { freeBytes, StoreBytes } from './disk-space.ts'
import { processMetrics } from './process-metrics.ts'
import type { RequestCounts } from './request-counts.ts'
import { HoldCounts } from './holds.ts'

/** How long a scrape waits for figures that take a while. */
const WAIT_MS = 500

export interface MetricSources {
  readonly inventory: Inventory
  readonly counts: CommandCounts
  readonly streams: () => number
  readonly webhooks: WebhookRegistry | null
  readonly requests: RequestCounts
  /** It changes with each. */
  readonly proofs: Readonly<Proofs>
  /** Whether it was opened for reading only. */
  readonly forReading: boolean
  /** The SQLite file, if there is one, for the free space on its disk. */
  readonly file: string | null
}

interface FromStore {
  readonly seq: number
  readonly consumers: Awaited<ReturnType<Inventory['consumers']>>
}

type MakeCounter = (name: string, help: string, labelNames?: string[]) => Counter
type MakeGauge = (name: string, help: string, value: number, labelNames?: string[]) => Gauge

/** The metrics of a service in the format of Prometheus, made for each scrape. */
export class Metrics {
  readonly contentType = new Registry().contentType
  readonly #sources: MetricSources
  readonly #holds: HoldCounts
  readonly #store: StoreBytes

  constructor(sources: MetricSources) {
    this.#sources = sources
    this.#holds = new HoldCounts(sources.inventory)
    this.#store = new StoreBytes(sources.inventory)
  }

  async text(): Promise<string> {
    const { inventory, counts, streams, requests, file, forReading } = this.#sources
    const [store] = await Promise.all([
      askStore(inventory),
      this.#holds.refresh(WAIT_MS),
      this.#store.refresh(WAIT_MS),
    ])
    const registry = new Registry()
    const counter: MakeCounter = (name, help, labelNames = []) =>
      new Counter({ name, help, labelNames, registers: [registry] })
    const gauge: MakeGauge = (name, help, value, labelNames = []) => {
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
    const refusals = counter('holdfast_refusals_total', 'Commands not executed, by code', ['code'])
    for (const [code, count] of counts.refusals) refusals.inc({ code }, count)

    const {
      queued,
      commands: taken,
      readOnly,
      sizes,
      commitSeconds,
      clock,
      entriesNotPosted,
    } = inventory.stats()
    counter('holdfast_engine_commands_total', 'Commands that the engine decided').inc(taken)
    gauge('holdfast_queue_depth', 'Commands that wait for a batch', queued)
    const refuses = readOnly && !forReading
    gauge(
      'holdfast_read_only',
      '1 if the store refuses writes that it was opened for',
      refuses ? 1 : 0,
    )
    const isDistrusted = clock.state === 'distrusted'
    gauge('holdfast_clock_distrusted', '1 while the clock is not followed', isDistrusted ? 1 : 0)
    const offset = 'The clock minus the time by which holds end'
    gauge('holdfast_clock_offset_seconds', offset, clock.offMs / 1000)
    if (clock.aheadOfDatabaseMs !== null) {
      const ahead = clock.aheadOfDatabaseMs / 1000
      gauge('holdfast_clock_database_offset_seconds', 'The clock minus the database’s', ahead)
    }
    gauge('holdfast_store_up', '1 if the store answers', store === null ? 0 : 1)
    if (entriesNotPosted !== null)
      gauge('holdfast_entries_not_posted', 'Entries that reads search in memory', entriesNotPosted)
    gauge('holdfast_event_streams', 'Readers of the trail that are connected', streams())
    const labels = ['method', 'route', 'status']
    const ended = 'Requests that ended; 499: the caller left before the answer began'
    const over = counter('holdfast_http_requests_total', ended, labels)
    for (const { count, ...which } of requests.all) over.inc(which, count)
    const failed = counter('holdfast_http_auth_failures_total', 'Requests without a good token')
    failed.inc(requests.authFailures)
    const { okAt, faultAt } = this.#sources.proofs
    const held = 'When a verify over HTTP last held'
    if (okAt !== null) gauge('holdfast_verify_last_ok_timestamp_seconds', held, okAt / 1000)
    const found = 'When a verify over HTTP last found a fault'
    if (faultAt !== null)
      gauge('holdfast_verify_last_fault_timestamp_seconds', found, faultAt / 1000)
    if (store !== null) this.#tellStore(store, gauge, counter)
    const free = file === null ? null : await freeBytes(file)
    if (free !== null)
      gauge('holdfast_disk_free_bytes', 'Free space on the disk of the store', free)
    return [
      await registry.metrics(),
      histogram('holdfast_commit_commands', 'Commands that shared a commit', sizes),
      histogram(
        'holdfast_commit_seconds',
        'Time from a decision until it was durable',
        commitSeconds,
      ),
      histogram(
        'holdfast_answer_seconds',
        'Time from a command to its durable answer',
        counts.latency,
      ),
      histogram('holdfast_request_commands', 'Commands per request', counts.sizes),
      await processMetrics(),
    ].join('')
  }

  /** What only the store knows. */
  #tellStore({ seq, consumers }: FromStore, gauge: MakeGauge, counter: MakeCounter): void {
    const { webhooks } = this.#sources
    gauge('holdfast_trail_seq', 'seq of the newest entry of the trail', seq)
    gauge('holdfast_holds_active', 'Holds that have not expired', this.#holds.active)
    counter('holdfast_holds_expired_total', 'Holds that expired').inc(this.#holds.expired)
    const lag = gauge('holdfast_feed_lag', 'Entries that a webhook is behind', 0, ['webhook'])
    const inARow =
      'Failures of the message that a webhook is at; 1 if it sends nothing before somebody acts'
    const failures = gauge('holdfast_webhook_failures', inARow, 0, ['webhook'])
    const positions = new Map(consumers.map(({ name, position }) => [name, position]))
    for (const webhook of webhooks?.list() ?? []) {
      if (!isMissed(webhook)) continue
      const { id } = webhook
      // None if another process sends, or its endpoint is gone.
      const sender = webhooks?.sender(id) ?? null
      const stored = storedPosition(webhook, positions)
      const { position, refused } = stateOf(webhook, sender, stored)
      lag.set({ webhook: id }, Math.max(0, seq - position))
      const isStopped = !isActive(webhook) || (sender?.ahead ?? null) !== null
      failures.set({ webhook: id }, refused?.failures ?? (isStopped ? 1 : 0))
    }
    const byName = gauge('holdfast_consumer_lag', 'Entries that a named consumer is behind', 0, [
      'consumer',
    ])
    for (const { name, position } of consumers)
      if (!name.startsWith(WEBHOOKS.prefix))
        byName.set({ consumer: name }, Math.max(0, seq - position))
    const { bytes } = this.#store
    if (bytes !== null) gauge('holdfast_store_bytes', 'Size of the store', bytes)
  }
}

/** Null if the store cannot be reached, or does not answer in time: then the rest is told without it. */
async function askStore(inventory: Inventory): Promise<FromStore | null> {
  const late = pause(WAIT_MS, null, { ref: false })
  const asked = Promise.all([inventory.head(), inventory.consumers()]).then(
    ([{ seq }, consumers]) => ({ seq, consumers }),
    (error: unknown) => {
      if (error instanceof OperationalError) return null
      throw error
    },
  )
  return await Promise.race([asked, late])
}

/** Written here, because prom-client can only count observations itself. */
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

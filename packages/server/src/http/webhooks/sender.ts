import { setTimeout as pause } from 'node:timers/promises'
import type { AuditEntry, Consumer, Inventory } from 'holdfast'
import { backOffMs, type BackOff } from 'holdfast/model'
import { attempt } from './attempt.ts'
import { consumerName, wants, type StoredWebhook } from './stored-webhook.ts'

const LONGEST_MS = 300_000
const BACK_OFF: BackOff = {
  firstMs: 1000,
  longestMs: LONGEST_MS,
  spread: [0.75, 1.25],
  longestAskedMs: LONGEST_MS,
}

export interface SenderOptions {
  readonly inventory: Inventory
  readonly webhook: StoredWebhook
  readonly allowPrivate: boolean
  readonly onGone: (webhook: StoredWebhook) => void
  /** The first pause after a failure; it doubles from there. */
  readonly firstPauseMs?: number | undefined
}

/**
 * Brings the trail to one endpoint: in order, each entry at least once, the next one only after the
 * one before it. Its place in the trail is a consumer's, so a crash repeats a little and skips nothing.
 */
export class WebhookSender {
  webhook: StoredWebhook
  readonly #options: SenderOptions
  readonly #stop = new AbortController()
  #consumer: Consumer | null = null
  failures = 0
  lastFailure: string | null = null

  constructor(options: SenderOptions) {
    this.webhook = options.webhook
    this.#options = options
  }

  get position(): number {
    return this.#consumer?.position ?? this.webhook.after
  }

  async start(): Promise<this> {
    const { inventory, webhook } = this.#options
    this.#consumer = await inventory.consume(
      { name: consumerName(webhook), from: webhook.after },
      (entry) => (wants(this.webhook, entry) ? this.#deliver(entry) : undefined),
    )
    return this
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the webhook was stopped'))
    await this.#consumer?.stop()
  }

  /** Again and again until it is delivered; stopped before, it stays the next one to deliver. */
  async #deliver(entry: AuditEntry): Promise<void> {
    const { signal } = this.#stop
    for (let failures = 1; ; failures++) {
      signal.throwIfAborted()
      const { url } = this.webhook
      const result = await attempt(url, entry, this.#secrets(), this.#options.allowPrivate, signal)
      if (result.outcome === 'delivered') {
        this.failures = 0
        this.lastFailure = null
        return
      }
      signal.throwIfAborted()
      this.failures = failures
      this.lastFailure = result.outcome === 'gone' ? 'it answered 410: gone' : result.why
      if (result.outcome === 'gone') {
        this.#options.onGone(this.webhook)
        await pause(LONGEST_MS, undefined, { signal, ref: false })
        continue
      }
      const firstMs = this.#options.firstPauseMs ?? BACK_OFF.firstMs
      const askedMs = result.retryAfterMs ?? 0
      const ms = backOffMs({ ...BACK_OFF, firstMs }, failures, Math.random(), askedMs)
      await pause(ms, undefined, { signal, ref: false })
    }
  }

  #secrets(): string[] {
    const now = Date.now()
    return this.webhook.secrets
      .filter(({ until }) => until === null || now < until)
      .map(({ secret }) => secret)
  }
}

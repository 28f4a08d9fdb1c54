import { setTimeout as pause } from 'node:timers/promises'
import type { AuditEntry, Consumer, Inventory } from 'holdfast'
import { backOffMs, type BackOff } from 'holdfast/model'
import { attempt, type Message } from './attempt.ts'
import { consumerName, signing, STOCK_LOW, wants, type StoredWebhook } from './stored-webhook.ts'

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

/** What an endpoint does not take. */
interface Refused {
  readonly seq: number
  readonly failures: number
  /** What it answered; null if nothing came. */
  readonly status: number | null
  readonly why: string | null
}

/**
 * Brings the trail to one endpoint: in order, each entry at least once, the next one only after the
 * one before it. Its place in the trail is a consumer's, so a crash repeats a little and skips nothing.
 * `stock.low` has a position of its own: it comes beside the entries.
 */
export class WebhookSender {
  webhook: StoredWebhook
  readonly #options: SenderOptions
  readonly #stop = new AbortController()
  readonly #consumers: Consumer[] = []
  /** By what the message is about. */
  readonly #refused = new Map<'entry' | typeof STOCK_LOW, Refused>()

  constructor(options: SenderOptions) {
    this.webhook = options.webhook
    this.#options = options
  }

  get position(): number {
    if (this.#consumers.length === 0) return this.webhook.after
    return Math.min(...this.#consumers.map(({ position }) => position))
  }

  /** What it tries again and again now; null if all goes well. */
  get refused(): Refused | null {
    const [first = null] = [...this.#refused.values()].toSorted((a, b) => a.seq - b.seq)
    return first
  }

  async start(): Promise<this> {
    const { inventory, webhook } = this.#options
    const { types, after: from } = webhook
    const name = consumerName(webhook)
    if (types === null || types.some((type) => type !== STOCK_LOW)) {
      const consumer = await inventory.consume({ name, from }, (entry) =>
        wants(this.webhook, entry) ? this.#entry(entry) : undefined,
      )
      this.#consumers.push(consumer)
    }
    if (types?.includes(STOCK_LOW) === true) {
      const consumer = await inventory.alerts(
        { name: `${name}:low`, from },
        {
          onLowStock: (warehouseId, productId, available, seq) => {
            const low = { warehouseId, productId, available, seq }
            return wants(this.webhook, { type: STOCK_LOW, ...low }) ? this.#low(low) : undefined
          },
        },
      )
      this.#consumers.push(consumer)
    }
    return this
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the webhook was stopped'))
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()))
  }

  #entry(entry: AuditEntry): Promise<void> {
    const { seq, type, timestamp } = entry
    return this.#deliver('entry', seq, { id: `entry-${seq}`, type, at: timestamp, data: entry })
  }

  #low(low: { readonly seq: number }): Promise<void> {
    const message = { id: `low-${low.seq}`, type: STOCK_LOW, at: Date.now(), data: low }
    return this.#deliver(STOCK_LOW, low.seq, message)
  }

  /** Again and again until it is delivered; stopped before, it stays the next one to deliver. */
  async #deliver(about: 'entry' | typeof STOCK_LOW, seq: number, message: Message): Promise<void> {
    const { signal } = this.#stop
    const { allowPrivate } = this.#options
    for (let failures = 1; ; failures++) {
      signal.throwIfAborted()
      const { url, secrets } = this.webhook
      const signedBy = signing(secrets, Date.now())
      const result = await attempt(url, message, signedBy, allowPrivate, signal)
      if (result.outcome === 'delivered') {
        this.#refused.delete(about)
        return
      }
      signal.throwIfAborted()
      const { status, why } = result
      this.#refused.set(about, { seq, failures, status, why })
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
}

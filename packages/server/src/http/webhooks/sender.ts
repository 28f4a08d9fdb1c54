import { setTimeout as pause } from 'node:timers/promises'
import { PositionAheadError, type AuditEntry, type Consumer, type Inventory } from 'holdfast'
import { backOffMs, type BackOff } from 'holdfast/model'
import { attempt, type Message } from './attempt.ts'
import {
  consumerName,
  lowStockName,
  signing,
  STOCK_LOW,
  wants,
  wantsEntries,
  wantsLowStock,
  type RefusedDelivery,
  type StoredWebhook,
} from './stored-webhook.ts'

/** Where a webhook is, and what it is stuck at. Another process may be sending: both are stored, too. */
export function stateOf(
  { refused: told = null }: StoredWebhook,
  sender: WebhookSender | null,
  stored: number,
): { readonly position: number; readonly refused: RefusedDelivery | null } {
  const position = Math.max(sender?.position ?? 0, stored)
  const isStuck = told !== null && told.seq > position
  return { position, refused: sender?.refused ?? (isStuck ? told : null) }
}

/** After how many failures of one message the other processes are told. It may pass before. */
const STUCK_AFTER = 3

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
  /** Called with the message it is stuck at, and with null when it continues. One call at a time. */
  readonly onStuck: (webhook: StoredWebhook, refused: RefusedDelivery | null) => Promise<void>
  /** Called with what is no matter of the endpoint. The message is tried again. */
  readonly onError: (error: unknown) => void
  /** The first pause after a failure, in milliseconds; each further one is twice as long. */
  readonly firstPauseMs?: number | undefined
}

/**
 * Delivers the trail to one endpoint: in order, each entry at least once, and only after the previous one was taken. Its
 * position is that of a consumer, so after a crash a few entries are repeated and none is skipped. `stock.low` has a
 * position of its own and does not wait for entries.
 */
export class WebhookSender {
  webhook: StoredWebhook
  /** Why it could not begin. */
  #ahead: PositionAheadError | null = null
  readonly #options: SenderOptions
  readonly #stop = new AbortController()
  readonly #consumers: Consumer[] = []
  /** Refused messages, by what they are about. */
  readonly #refused = new Map<'entry' | typeof STOCK_LOW, RefusedDelivery>()
  #told: Promise<void> = Promise.resolve()

  constructor(options: SenderOptions) {
    this.webhook = options.webhook
    this.#options = options
  }

  get position(): number {
    if (this.#consumers.length === 0) return this.webhook.after
    return Math.min(...this.#consumers.map(({ position }) => position))
  }

  /** The message that it is retrying; null if all goes well. */
  get refused(): RefusedDelivery | null {
    const [first = null] = [...this.#refused.values()].toSorted((a, b) => a.seq - b.seq)
    return first
  }

  /** Why it cannot go on before it is moved; null if it can. */
  get ahead(): PositionAheadError | null {
    return this.#ahead ?? this.#consumers.find(({ failure }) => failure !== null)?.failure ?? null
  }

  /** If the trail does not reach its position, that is only noted: the other webhooks go on. */
  async start(): Promise<this> {
    try {
      await this.#begin()
    } catch (error) {
      if (!(error instanceof PositionAheadError)) throw error
      this.#ahead = error
    }
    return this
  }

  async #begin(): Promise<void> {
    const { inventory, webhook } = this.#options
    const { after: from } = webhook
    const name = consumerName(webhook)
    const { signal } = this.#stop
    const onError = (error: unknown): void => {
      if (!signal.aborted) this.#options.onError(error)
    }
    if (wantsEntries(webhook)) {
      const consumer = await inventory.consume({ name, from, onError }, (entry) =>
        wants(this.webhook, entry) ? this.#entry(entry) : undefined,
      )
      this.#consumers.push(consumer)
    }
    if (wantsLowStock(webhook)) {
      const consumer = await inventory.alerts(
        { name: lowStockName(name), from, onError },
        {
          onLowStock: (warehouseId, productId, available, seq) => {
            const low = { warehouseId, productId, available, seq }
            return wants(this.webhook, { type: STOCK_LOW, ...low }) ? this.#low(low) : undefined
          },
        },
      )
      this.#consumers.push(consumer)
    }
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

  /** Retries until it is delivered. If it is stopped first, the message stays the next one to deliver. */
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
        if (this.webhook.refused) this.#tell()
        return
      }
      signal.throwIfAborted()
      const { status, why } = result
      this.#refused.set(about, { seq, failures, status, why })
      if (failures === STUCK_AFTER) this.#tell()
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

  #tell(): void {
    this.#told = this.#told.then(() => {
      const { refused } = this
      const isStuck = refused !== null && refused.failures >= STUCK_AFTER
      return this.#options.onStuck(this.webhook, isStuck ? refused : null)
    })
  }
}

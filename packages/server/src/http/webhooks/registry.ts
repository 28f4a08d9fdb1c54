import { randomUUID } from 'node:crypto'
import { IdempotencyConflictError, type Inventory } from 'holdfast'
import { documentId, StoredDocuments } from '../documents/stored-documents.ts'
import { attempt, GONE, type Attempt } from './attempt.ts'
import { checkEndpoint } from './endpoint.ts'
import { WebhookSender } from './sender.ts'
import { newSigningSecret } from './signature.ts'
import { forgetOldPositions } from './old-positions.ts'
import {
  consumerName,
  isActive,
  signing,
  WEBHOOKS,
  type RefusedDelivery,
  type StoredWebhook,
} from './stored-webhook.ts'

/** How long a replaced secret also signs. */
const OVERLAP_MS = 24 * 3_600_000

/**
 * How long the old position of a moved or deleted webhook stays. If it went before every process has stopped sending
 * from there, one would start again. Also how often each process looks for old positions.
 */
const KEEP_POSITION_MS = 60_000

export interface WebhookOptions {
  readonly inventory: Inventory
  /** Allows private networks and http. */
  readonly allowPrivate: boolean
  readonly onError: (error: unknown) => void
  readonly firstPauseMs?: number | undefined
  readonly keepPositionMs?: number | undefined
}

export type NewWebhook = Pick<
  StoredWebhook,
  'url' | 'types' | 'warehouseId' | 'productId' | 'after'
>

/** The webhooks of an inventory. Each has a sender, which works in one process at a time. */
export class WebhookRegistry {
  readonly #options: WebhookOptions
  readonly #senders = new Map<string, WebhookSender>()
  readonly #documents: StoredDocuments<StoredWebhook>
  readonly #stop = new AbortController()
  /** When it last looked for old positions, in monotonic time. */
  #lookedAt = -Infinity

  constructor(options: WebhookOptions) {
    this.#options = options
    const { inventory, onError } = options
    this.#documents = new StoredDocuments(inventory, WEBHOOKS, { onUpdate: this.#send, onError })
  }

  async start(): Promise<this> {
    await this.#documents.start()
    return this
  }

  async stop(): Promise<void> {
    this.#stop.abort(new Error('the service is stopping'))
    await this.#documents.stop()
    await Promise.all([...this.#senders.values()].map((sender) => sender.stop()))
    this.#senders.clear()
  }

  list(): StoredWebhook[] {
    return [...this.#documents.items.values()].filter(({ deletedAt }) => deletedAt === null)
  }

  find(id: string): StoredWebhook | null {
    const webhook = this.#documents.items.get(id)
    return webhook === undefined || webhook.deletedAt !== null ? null : webhook
  }

  /** Its sender in this process, which may not be the one that sends. */
  sender(id: string): WebhookSender | null {
    return this.#senders.get(id) ?? null
  }

  /**
   * With a known key and the same wishes, returns the webhook of that key, and calls `onReplay`.
   * @throws InvalidInputError, IdempotencyConflictError
   */
  async create(
    wanted: NewWebhook,
    key: string | null,
    onReplay: () => void,
  ): Promise<StoredWebhook> {
    const url = checkEndpoint(wanted.url, this.#options.allowPrivate)
    const webhook: StoredWebhook = {
      id: documentId(key),
      ...wanted,
      url,
      secrets: [{ secret: newSigningSecret(), until: null }],
      createdAt: Date.now(),
      disabledAt: null,
      disabledBecause: null,
      deletedAt: null,
    }
    const made = await this.#documents.add(webhook)
    if (made === null || !sameWishes(made, webhook))
      throw new IdempotencyConflictError('the key was used for another webhook')
    if (made !== webhook) onReplay()
    return made
  }

  async enable({ id }: StoredWebhook): Promise<StoredWebhook> {
    return await this.#change(id, () => ({ disabledAt: null, disabledBecause: null }))
  }

  /** Continues after another entry, earlier or later. */
  async move({ id }: StoredWebhook, after: number): Promise<StoredWebhook> {
    return await this.#change(id, ({ moves = 0 }) => ({
      after,
      moves: moves + 1,
      movedAt: Date.now(),
      refused: null,
    }))
  }

  /** Sends a message now, once, ahead of waiting entries. Works for a disabled webhook too. */
  async ping({ id, url, secrets }: StoredWebhook): Promise<Attempt> {
    const now = Date.now()
    const message = { id: `ping-${randomUUID()}`, type: 'ping', at: now, data: { webhookId: id } }
    const { signal } = this.#stop
    return await attempt(url, message, signing(secrets, now), this.#options.allowPrivate, signal)
  }

  async disable({ id }: StoredWebhook, because: string): Promise<StoredWebhook> {
    return await this.#change(id, () => ({ disabledAt: Date.now(), disabledBecause: because }))
  }

  async remove({ id }: StoredWebhook): Promise<StoredWebhook> {
    return await this.#change(id, () => ({ deletedAt: Date.now() }))
  }

  /** Makes a new secret. For a day both sign, so that receivers can change without missing anything. */
  async rotate({ id }: StoredWebhook): Promise<StoredWebhook> {
    const fresh = { secret: newSigningSecret(), until: null }
    return await this.#change(id, ({ secrets: [current] }) => {
      const old = current === undefined ? [] : [{ ...current, until: Date.now() + OVERLAP_MS }]
      return { secrets: [fresh, ...old] }
    })
  }

  async #change(
    id: string,
    change: (now: StoredWebhook) => Partial<StoredWebhook>,
  ): Promise<StoredWebhook> {
    const changed = await this.#documents.change(id, (now) => ({ ...now, ...change(now) }))
    if (changed === null) throw new Error(`the webhook ${id} was removed or damaged by hand`)
    return changed
  }

  /** Starts and stops senders. */
  readonly #send = async (webhooks: ReadonlyMap<string, StoredWebhook>): Promise<void> => {
    const { inventory, allowPrivate, firstPauseMs, onError } = this.#options
    for (const [id, webhook] of webhooks) {
      let sender = this.#senders.get(id)
      if (sender !== undefined && consumerName(sender.webhook) !== consumerName(webhook)) {
        this.#senders.delete(id)
        await sender.stop()
        sender = undefined
      }
      if (sender !== undefined) sender.webhook = webhook
      if (isActive(webhook) && sender === undefined && !inventory.readOnly) {
        const onGone = (gone: StoredWebhook): void => {
          this.disable(gone, GONE).catch(onError)
        }
        const onStuck = this.#tellAll
        const options = { inventory, webhook, allowPrivate, onGone, onStuck, firstPauseMs }
        const made = await new WebhookSender(options).start()
        const { ahead: cause } = made
        if (cause !== null)
          onError(new Error(`the webhook ${id} sends nothing: ${cause.message}`, { cause }))
        this.#senders.set(id, made)
      } else if (!isActive(webhook) && sender !== undefined) {
        this.#senders.delete(id)
        await sender.stop()
      }
    }
    await this.#forgetOldPositions(webhooks)
  }

  async #forgetOldPositions(webhooks: ReadonlyMap<string, StoredWebhook>): Promise<void> {
    const { inventory, keepPositionMs = KEEP_POSITION_MS, onError } = this.#options
    if (inventory.readOnly || performance.now() - this.#lookedAt < keepPositionMs) return
    this.#lookedAt = performance.now()
    await forgetOldPositions(inventory, webhooks, Date.now() - keepPositionMs).catch(onError)
  }

  /** Stores it, so that every process knows. */
  readonly #tellAll = async (
    webhook: StoredWebhook,
    refused: RefusedDelivery | null,
  ): Promise<void> => {
    const name = consumerName(webhook)
    try {
      await this.#documents.change(webhook.id, (now) => {
        const isKnown = refused === null && !now.refused
        return isKnown || consumerName(now) !== name ? now : { ...now, refused }
      })
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#options.onError(error)
    }
  }
}

function sameWishes(one: NewWebhook, other: NewWebhook): boolean {
  const wishes = ({ url, types, warehouseId, productId }: NewWebhook): string =>
    JSON.stringify([url, types, warehouseId, productId])
  return wishes(one) === wishes(other)
}

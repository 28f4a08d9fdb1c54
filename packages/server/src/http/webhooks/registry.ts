import { randomUUID } from 'node:crypto'
import { IdempotencyConflictError, type Inventory } from 'holdfast'
import { documentId, StoredDocuments } from '../documents/stored-documents.ts'
import { attempt, type Attempt } from './attempt.ts'
import { checkEndpoint } from './endpoint.ts'
import { WebhookSender } from './sender.ts'
import { newSigningSecret } from './signature.ts'
import { forgetOldPositions } from './old-positions.ts'
import {
  consumerName,
  GONE,
  isActive,
  signing,
  WEBHOOKS,
  withSecret,
  type RefusedDelivery,
  type StoredWebhook,
} from './stored-webhook.ts'

/** How many requests with a key a webhook remembers. */
const MOST_REQUESTS = 20

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
  'url' | 'types' | 'warehouseId' | 'productId' | 'after' | 'askedAfter'
>

/** The key of a request with whose it is, and what to call if it was answered before. */
export interface Once {
  readonly key: string | null
  readonly onReplay: () => void
}

const NO_KEY: Once = { key: null, onReplay: () => undefined }

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
    if (this.#isUsedElsewhere(webhook.id, webhook.id)) throw usedOtherwise()
    const made = await this.#documents.add(webhook)
    if (made === null || !sameWishes(made, webhook)) throw usedOtherwise()
    if (made !== webhook) onReplay()
    return made
  }

  async enable({ id }: StoredWebhook, once = NO_KEY): Promise<StoredWebhook> {
    const enabled = { disabledAt: null, disabledBecause: null }
    return await this.#change(id, 'enable', once, () => enabled)
  }

  /** Continues after another entry, earlier or later. */
  async move({ id }: StoredWebhook, after: number, once = NO_KEY): Promise<StoredWebhook> {
    return await this.#change(id, `move ${after}`, once, ({ moves = 0 }) => ({
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

  async disable({ id }: StoredWebhook, because: string, once = NO_KEY): Promise<StoredWebhook> {
    const disabled = { disabledAt: Date.now(), disabledBecause: because }
    return await this.#change(id, 'disable', once, () => disabled)
  }

  async remove({ id }: StoredWebhook): Promise<StoredWebhook> {
    return await this.#change(id, 'remove', NO_KEY, () => ({ deletedAt: Date.now() }))
  }

  /** Makes a new secret, and returns it. The ones before also sign for a day, so that receivers can change. */
  async rotate(
    { id }: StoredWebhook,
    once = NO_KEY,
  ): Promise<{ webhook: StoredWebhook; secret: string }> {
    const key = once.key === null ? null : documentId(once.key)
    const fresh = { secret: newSigningSecret(), until: null, ...(key === null ? {} : { key }) }
    const webhook = await this.#change(id, 'rotate', once, ({ secrets }) => ({
      secrets: withSecret(secrets, fresh, Date.now()),
    }))
    const made = key === null ? fresh : webhook.secrets.find((one) => one.key === key)
    if (made === undefined)
      throw new IdempotencyConflictError('the secret that this key made is no longer in use')
    return { webhook, secret: made.secret }
  }

  /** With a key, only once. @throws IdempotencyConflictError */
  async #change(
    id: string,
    what: string,
    { key, onReplay }: Once,
    change: (now: StoredWebhook) => Partial<StoredWebhook>,
  ): Promise<StoredWebhook> {
    const hashed = key === null ? null : documentId(key)
    if (hashed !== null && (hashed === id || this.#isUsedElsewhere(hashed, id)))
      throw usedOtherwise()
    let isReplay = false
    const changed = await this.#documents.change(id, (now) => {
      if (hashed === null) return { ...now, ...change(now) }
      const { requests = [] } = now
      const before = requests.find((one) => one.key === hashed)
      isReplay = before !== undefined
      if (before !== undefined && before.what !== what) throw usedOtherwise()
      if (isReplay) return now
      const kept = [{ key: hashed, what }, ...requests].slice(0, MOST_REQUESTS)
      return { ...now, ...change(now), requests: kept }
    })
    if (changed === null) throw new Error(`the webhook ${id} was removed or damaged by hand`)
    if (isReplay) onReplay()
    return changed
  }

  /** Whether a key made or changed another webhook. */
  #isUsedElsewhere(key: string, id: string): boolean {
    return [...this.#documents.items.values()].some(
      (other) =>
        other.id !== id &&
        (other.id === key || other.requests?.some((request) => request.key === key) === true),
    )
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
          onError(new Error(`the webhook ${id} sends nothing until it is enabled: ${GONE}`))
          this.disable(gone, GONE).catch(onError)
        }
        const onStuck = this.#tellAll
        const options = { inventory, webhook, allowPrivate, onGone, onStuck, onError, firstPauseMs }
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
  const wishes = (wanted: NewWebhook): string => {
    const { url, types, warehouseId, productId, askedAfter = null } = wanted
    return JSON.stringify([url, types, warehouseId, productId, askedAfter])
  }
  return wishes(one) === wishes(other)
}

function usedOtherwise(): IdempotencyConflictError {
  return new IdempotencyConflictError('the key was used for another request')
}

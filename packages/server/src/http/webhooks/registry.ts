import { createHash, randomBytes } from 'node:crypto'
import { IdempotencyConflictError, type Inventory } from 'holdfast'
import { checkEndpoint } from './endpoint.ts'
import { WebhookSender } from './sender.ts'
import { newSigningSecret } from './signature.ts'
import {
  fromDocument,
  isActive,
  toDocument,
  WEBHOOK_DOCUMENT,
  type StoredWebhook,
} from './stored-webhook.ts'

/** So often each process looks for what others registered, changed or removed. */
const POLL_MS = 500
/** How long a replaced secret still signs. */
const OVERLAP_MS = 24 * 3_600_000

export interface WebhookOptions {
  readonly inventory: Inventory
  /** Into private networks, and by http. */
  readonly allowPrivate: boolean
  readonly onError: (error: unknown) => void
  readonly firstPauseMs?: number | undefined
}

export type NewWebhook = Pick<
  StoredWebhook,
  'url' | 'types' | 'warehouseId' | 'productId' | 'after'
>

/** The webhooks of an inventory: kept as documents in its store, one sender each, led by one process. */
export class WebhookRegistry {
  readonly #options: WebhookOptions
  readonly #senders = new Map<string, WebhookSender>()
  #stored = new Map<string, StoredWebhook>()
  #timer: NodeJS.Timeout | null = null
  #turn: Promise<void> = Promise.resolve()

  constructor(options: WebhookOptions) {
    this.#options = options
  }

  async start(): Promise<this> {
    await this.#look()
    this.#timer = setInterval(() => void this.#look().catch(this.#options.onError), POLL_MS).unref()
    return this
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    await this.#turn.catch(() => undefined)
    await Promise.all([...this.#senders.values()].map((sender) => sender.stop()))
    this.#senders.clear()
  }

  list(): StoredWebhook[] {
    return [...this.#stored.values()].filter(({ deletedAt }) => deletedAt === null)
  }

  find(id: string): StoredWebhook | null {
    const webhook = this.#stored.get(id)
    return webhook === undefined || webhook.deletedAt !== null ? null : webhook
  }

  /** How it fares, as far as this process knows. */
  sender(id: string): WebhookSender | null {
    return this.#senders.get(id) ?? null
  }

  /** The same key and the same wishes: the same webhook. @throws InvalidInputError, IdempotencyConflictError */
  async create(wanted: NewWebhook, key: string | null): Promise<StoredWebhook> {
    const url = checkEndpoint(wanted.url, this.#options.allowPrivate)
    const id = key === null ? randomBytes(8).toString('hex') : idOf(key)
    const webhook: StoredWebhook = {
      id,
      ...wanted,
      url,
      secrets: [{ secret: newSigningSecret(), until: null }],
      createdAt: Date.now(),
      disabledAt: null,
      disabledBecause: null,
      deletedAt: null,
    }
    const { name, value } = toDocument(webhook)
    // In one step: of several who come at once, to any process, one makes it, and all are answered by it.
    const stored = await this.#options.inventory.compareAndSetDocument({ name, value }, null)
    const made = stored === null ? webhook : fromDocument({ name, value: stored })
    if (!sameWishes(made, webhook))
      throw new IdempotencyConflictError('the key was used for another webhook')
    await this.#look()
    return made
  }

  async enable({ id }: StoredWebhook): Promise<StoredWebhook> {
    return await this.#change(id, { disabledAt: null, disabledBecause: null })
  }

  async disable({ id }: StoredWebhook, because: string): Promise<StoredWebhook> {
    return await this.#change(id, { disabledAt: Date.now(), disabledBecause: because })
  }

  async remove({ id }: StoredWebhook): Promise<StoredWebhook> {
    return await this.#change(id, { deletedAt: Date.now() })
  }

  /** A new secret; for a day both sign, so that receivers can change without missing anything. */
  async rotate({ id }: StoredWebhook): Promise<StoredWebhook> {
    const fresh = { secret: newSigningSecret(), until: null }
    return await this.#change(id, ({ secrets: [current] }) => {
      const old = current === undefined ? [] : [{ ...current, until: Date.now() + OVERLAP_MS }]
      return { secrets: [fresh, ...old] }
    })
  }

  /** Changes what is stored now, whatever this process knew of it: nobody else's change is written over. */
  async #change(
    id: string,
    change: Partial<StoredWebhook> | ((now: StoredWebhook) => Partial<StoredWebhook>),
  ): Promise<StoredWebhook> {
    const { inventory } = this.#options
    const name = WEBHOOK_DOCUMENT + id
    for (let value = await inventory.document(name); value !== null;) {
      const now = fromDocument({ name, value })
      const changed = { ...now, ...(typeof change === 'function' ? change(now) : change) }
      const document = toDocument(changed)
      const stored: string | null = await inventory.compareAndSetDocument(document, value)
      if (stored === document.value) {
        await this.#look()
        return changed
      }
      value = stored
    }
    throw new Error(`the document ${name} was removed by hand`)
  }

  /** One look at a time: senders are started and stopped in it. */
  #look(): Promise<void> {
    this.#turn = this.#turn.catch(() => undefined).then(() => this.#read())
    return this.#turn
  }

  async #read(): Promise<void> {
    const { inventory, allowPrivate, firstPauseMs, onError } = this.#options
    const documents = await inventory.documents(WEBHOOK_DOCUMENT)
    this.#stored = new Map(documents.map(fromDocument).map((webhook) => [webhook.id, webhook]))
    for (const [id, webhook] of this.#stored) {
      const sender = this.#senders.get(id)
      if (sender !== undefined) sender.webhook = webhook
      if (isActive(webhook) && sender === undefined && !inventory.readOnly) {
        const onGone = (gone: StoredWebhook): void => {
          this.disable(gone, 'it answered 410: gone').catch(onError)
        }
        const made = new WebhookSender({ inventory, webhook, allowPrivate, onGone, firstPauseMs })
        this.#senders.set(id, await made.start())
      } else if (!isActive(webhook) && sender !== undefined) {
        this.#senders.delete(id)
        await sender.stop()
      }
    }
  }
}

function idOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16)
}

function sameWishes(one: NewWebhook, other: NewWebhook): boolean {
  const wishes = ({ url, types, warehouseId, productId }: NewWebhook): string =>
    JSON.stringify([url, types, warehouseId, productId])
  return wishes(one) === wishes(other)
}

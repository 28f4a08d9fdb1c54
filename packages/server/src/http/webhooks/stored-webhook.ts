import type { DocumentKind } from '../documents/stored-documents.ts'

/** How long a replaced secret also signs. */
const OVERLAP_MS = 24 * 3_600_000
/** Each makes a signature in a header. */
const MOST_SECRETS = 10

/** Why a webhook is disabled whose endpoint answered so. */
export const GONE = 'it answered 410: gone'

/** A webhook as it is stored in the inventory. */
export interface StoredWebhook {
  readonly id: string
  readonly url: string
  /** Only entries of these types, and `stock.low` if it is listed; null for all entries. */
  readonly types: readonly string[] | null
  readonly warehouseId: string | null
  readonly productId: string | null
  /** `seq` after which it began, or to which it was moved. */
  readonly after: number
  /** `after` as the request that made it said; absent or null if it said nothing. */
  readonly askedAfter?: number | null
  /** How often it was moved; absent if never. */
  readonly moves?: number
  /** When it was last moved. */
  readonly movedAt?: number
  /** What the endpoint refuses, after a few failures; absent or null if all goes well. */
  readonly refused?: RefusedDelivery | null
  /** `whsec_…`, newest first. A replaced one also signs for a while. */
  readonly secrets: readonly SigningSecret[]
  /** The last requests that had a key, newest first; absent if there was none. */
  readonly requests?: readonly KeyedRequest[]
  readonly createdAt: number
  readonly disabledAt: number | null
  readonly disabledBecause: string | null
  readonly deletedAt: number | null
}

/** An entry that an endpoint refuses. */
export interface RefusedDelivery {
  readonly seq: number
  readonly failures: number
  /** The status of the answer; null if there was none. */
  readonly status: number | null
  readonly why: string | null
}

export interface SigningSecret {
  readonly secret: string
  /** When it stops signing; null for never. */
  readonly until: number | null
  /** That of the request that made it, if it had one. */
  readonly key?: string
}

interface KeyedRequest {
  /** Hashed, with whose it is. */
  readonly key: string
  /** What it asked for. */
  readonly what: string
}

export const WEBHOOKS: DocumentKind<StoredWebhook> = {
  prefix: 'webhook:',
  isWhole: ({ url, secrets }) => typeof url === 'string' && Array.isArray(secrets),
  damaged: 'it sends nothing',
}

export function isActive(webhook: StoredWebhook): boolean {
  return webhook.disabledAt === null && webhook.deletedAt === null
}

/** Whether somebody waits for it: not one that was disabled by hand, but one that its endpoint's answer disabled. */
export function isMissed(webhook: StoredWebhook): boolean {
  return isActive(webhook) || webhook.disabledBecause === GONE
}

/** Sent when the available units of a level fall to its threshold or below, as `alerts` finds it. */
export const STOCK_LOW = 'stock.low'

export function wants(webhook: StoredWebhook, { type, ...place }: WantedEvent): boolean {
  const { types, warehouseId, productId } = webhook
  return (
    (types === null || types.includes(type)) &&
    (warehouseId === null || warehouseId === place.warehouseId) &&
    (productId === null || productId === place.productId)
  )
}

export interface WantedEvent {
  readonly type: string
  readonly warehouseId: string
  readonly productId: string
}

/** Entries and low stock have positions of their own. */
export function wantsEntries({ types }: StoredWebhook): boolean {
  return types === null || types.some((type) => type !== STOCK_LOW)
}

export function wantsLowStock({ types }: StoredWebhook): boolean {
  return types?.includes(STOCK_LOW) === true
}

/** The names of its current positions. */
export function consumerNames(webhook: StoredWebhook): string[] {
  const name = consumerName(webhook)
  return [
    ...(wantsEntries(webhook) ? [name] : []),
    ...(wantsLowStock(webhook) ? [lowStockName(name)] : []),
  ]
}

/** Its position according to the stored positions of consumers. */
export function storedPosition(
  webhook: StoredWebhook,
  positions: ReadonlyMap<string, number>,
): number {
  return Math.min(...consumerNames(webhook).map((name) => positions.get(name) ?? webhook.after))
}

export function lowStockName(name: string): string {
  return `${name}:low`
}

/** The name of its consumer. It changes when the webhook is moved, so that the consumer begins there. */
export function consumerName({ id, moves = 0 }: StoredWebhook): string {
  return moves === 0 ? `${WEBHOOKS.prefix}${id}` : `${WEBHOOKS.prefix}${id}:${moves}`
}

/** With a new secret. Those before it sign for a day more: a receiver may have any of them. */
export function withSecret(
  secrets: readonly SigningSecret[],
  fresh: SigningSecret,
  now: number,
): SigningSecret[] {
  const before = secrets.map((one) => ({ ...one, until: one.until ?? now + OVERLAP_MS }))
  return [fresh, ...before.filter(({ until }) => now < until)].slice(0, MOST_SECRETS)
}

/** The secrets that sign at that time. */
export function signing(secrets: readonly SigningSecret[], now: number): string[] {
  return secrets.filter(({ until }) => until === null || now < until).map(({ secret }) => secret)
}

import type { DocumentKind } from '../documents/stored-documents.ts'

/** An endpoint of somebody else's that is told of entries, as it is kept in the inventory's store. */
export interface StoredWebhook {
  readonly id: string
  readonly url: string
  /** Only entries of these types, and `stock.low` if it is named; null for all entries. */
  readonly types: readonly string[] | null
  readonly warehouseId: string | null
  readonly productId: string | null
  /** `seq` behind which it began, or where it was moved to. */
  readonly after: number
  /** How often it was moved; absent if never. */
  readonly moves?: number
  /** `whsec_…`; while one is replaced the old one signs, too. The newest first. */
  readonly secrets: readonly SigningSecret[]
  readonly createdAt: number
  readonly disabledAt: number | null
  readonly disabledBecause: string | null
  readonly deletedAt: number | null
}

export interface SigningSecret {
  readonly secret: string
  /** Until then it signs; null for good. */
  readonly until: number | null
}

export const WEBHOOKS: DocumentKind<StoredWebhook> = {
  prefix: 'webhook:',
  isWhole: ({ url, secrets }) => typeof url === 'string' && Array.isArray(secrets),
  damaged: 'nobody is told by it',
}

export function isActive(webhook: StoredWebhook): boolean {
  return webhook.disabledAt === null && webhook.deletedAt === null
}

/** Told when the available units of a level fall to its threshold or below, as `alerts` finds it. */
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

/** The name of its position in the trail: another one once it was moved, so that it begins there. */
export function consumerName({ id, moves = 0 }: StoredWebhook): string {
  return moves === 0 ? `${WEBHOOKS.prefix}${id}` : `${WEBHOOKS.prefix}${id}:${moves}`
}

/** The secrets that sign at a time. */
export function signing(secrets: readonly SigningSecret[], now: number): string[] {
  return secrets.filter(({ until }) => until === null || now < until).map(({ secret }) => secret)
}

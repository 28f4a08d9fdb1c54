import type { AuditEntry } from 'holdfast'
import type { DocumentKind } from '../documents/stored-documents.ts'

/** An endpoint of somebody else's that is told of entries, as it is kept in the inventory's store. */
export interface StoredWebhook {
  readonly id: string
  readonly url: string
  /** Only entries of these types; null for all. */
  readonly types: readonly string[] | null
  readonly warehouseId: string | null
  readonly productId: string | null
  /** `seq` behind which it began. */
  readonly after: number
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

export function wants(webhook: StoredWebhook, entry: AuditEntry): boolean {
  const { types, warehouseId, productId } = webhook
  return (
    (types === null || types.includes(entry.type)) &&
    (warehouseId === null || warehouseId === entry.warehouseId) &&
    (productId === null || productId === entry.productId)
  )
}

/** The name of its place in the trail. */
export function consumerName({ id }: StoredWebhook): string {
  return `${WEBHOOKS.prefix}${id}`
}

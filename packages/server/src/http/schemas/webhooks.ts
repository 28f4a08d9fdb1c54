import { integer, list, object, raw, string } from './schema.ts'
import type { WebhookSender } from '../webhooks/sender.ts'
import type { StoredWebhook } from '../webhooks/stored-webhook.ts'
import { Seq, Time } from './fields.ts'

const textOrNull = raw({ type: ['string', 'null'] })

const fields = {
  id: string(),
  url: string(),
  types: raw({
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'Entries that it is told of; null for all',
  }),
  warehouseId: textOrNull,
  productId: textOrNull,
  createdAt: Time,
  disabledAt: raw({ type: ['integer', 'null'] }),
  disabledBecause: textOrNull,
  position: integer({ description: 'seq of the last entry that it is done with' }),
  lag: integer({ description: 'Entries behind that' }),
  failures: integer({ description: 'Attempts at the next entry that failed' }),
  lastFailure: textOrNull,
  seq: Seq,
}

export const Webhook = object(fields, { title: 'Webhook', additionalProperties: false })
export const CreatedWebhook = object(
  { ...fields, secret: string({ description: 'whsec_…: what it signs with' }) },
  { title: 'CreatedWebhook', additionalProperties: false },
)
export const WebhookList = object(
  { items: list(Webhook) },
  { title: 'WebhookList', additionalProperties: false },
)

/** Without its secrets. */
export function shownWebhook(
  webhook: StoredWebhook,
  sender: WebhookSender | null,
  seq: number,
): object {
  const { id, url, types, warehouseId, productId, createdAt, disabledAt, disabledBecause } = webhook
  const position = sender?.position ?? webhook.after
  return {
    id,
    url,
    types,
    warehouseId,
    productId,
    createdAt,
    disabledAt,
    disabledBecause,
    position,
    lag: Math.max(0, seq - position),
    failures: sender?.failures ?? 0,
    lastFailure: sender?.lastFailure ?? null,
    seq,
  }
}

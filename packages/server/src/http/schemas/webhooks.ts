import { Type } from 'typebox'
import type { WebhookSender } from '../webhooks/sender.ts'
import type { StoredWebhook } from '../webhooks/stored-webhook.ts'
import { Seq, Time } from './fields.ts'

const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] })

const fields = {
  id: Type.String(),
  url: Type.String(),
  types: Type.Unsafe<readonly string[] | null>({
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'Entries that it is told of; null for all',
  }),
  warehouseId: textOrNull,
  productId: textOrNull,
  createdAt: Time,
  disabledAt: Type.Unsafe<number | null>({ type: ['integer', 'null'] }),
  disabledBecause: textOrNull,
  position: Type.Integer({ description: 'seq of the last entry that it is done with' }),
  lag: Type.Integer({ description: 'Entries behind that' }),
  failures: Type.Integer({ description: 'Attempts at the next entry that failed' }),
  lastFailure: textOrNull,
  seq: Seq,
}

export const Webhook = Type.Object(fields, { title: 'Webhook', additionalProperties: false })
export const CreatedWebhook = Type.Object(
  { ...fields, secret: Type.String({ description: 'whsec_…: what it signs with' }) },
  { title: 'CreatedWebhook', additionalProperties: false },
)
export const WebhookList = Type.Object(
  { items: Type.Array(Webhook) },
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

import { boolean, integer, list, object, raw, string } from './schema.ts'
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
    description: 'What it is told of; null for all entries',
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
  refusedSeq: raw({
    type: ['integer', 'null'],
    description: 'seq of the entry that it does not take',
  }),
  lastStatus: raw({ type: ['integer', 'null'], description: 'What it answered to that' }),
  seq: Seq,
}

export const Webhook = object(fields, { title: 'Webhook', additionalProperties: false })
export const CreatedWebhook = object(
  { ...fields, secret: string({ description: 'whsec_…: what it signs with' }) },
  { title: 'CreatedWebhook', additionalProperties: false },
)
export const Ping = object(
  {
    delivered: boolean({ description: 'Whether it answered with a 2xx' }),
    status: raw({ type: ['integer', 'null'], description: 'What it answered; null for nothing' }),
    why: textOrNull,
    ms: integer({ description: 'How long it took' }),
  },
  { title: 'Ping', additionalProperties: false },
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
  const refused = sender?.refused
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
    failures: refused?.failures ?? 0,
    lastFailure: refused?.why ?? null,
    refusedSeq: refused?.seq ?? null,
    lastStatus: refused?.status ?? null,
    seq,
  }
}

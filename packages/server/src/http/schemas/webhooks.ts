import { boolean, integer, list, object, raw, string } from './schema.ts'
import { stateOf, type WebhookSender } from '../webhooks/sender.ts'
import type { StoredWebhook } from '../webhooks/stored-webhook.ts'
import { Seq, Time } from './fields.ts'

const textOrNull = raw({ type: ['string', 'null'] })

const fields = {
  id: string(),
  url: string(),
  types: raw({
    type: ['array', 'null'],
    items: { type: 'string' },
    description: 'Types of entries that are sent; null for all',
  }),
  warehouseId: textOrNull,
  productId: textOrNull,
  createdAt: Time,
  disabledAt: raw({ type: ['integer', 'null'] }),
  disabledBecause: textOrNull,
  position: integer({ description: 'seq of the last entry that is done' }),
  lag: integer({ description: 'Entries after that' }),
  failures: integer({
    description: 'Failed attempts at the next entry; only the sending process counts beyond three',
  }),
  lastFailure: raw({
    type: ['string', 'null'],
    description: 'Why the entry was not taken, or why the webhook sends nothing until it is moved',
  }),
  refusedSeq: raw({
    type: ['integer', 'null'],
    description: 'seq of the entry that the endpoint refuses',
  }),
  lastStatus: raw({
    type: ['integer', 'null'],
    description: 'The status of its last answer to that',
  }),
  seq: Seq,
}

export const Webhook = object(fields, { title: 'Webhook', additionalProperties: false })
export const CreatedWebhook = object(
  { ...fields, secret: string({ description: 'whsec_…, the signing secret' }) },
  { title: 'CreatedWebhook', additionalProperties: false },
)
export const Ping = object(
  {
    delivered: boolean({ description: 'Whether the answer was a 2xx' }),
    status: raw({
      type: ['integer', 'null'],
      description: 'The status of the answer; null if there was none',
    }),
    why: textOrNull,
    ms: integer({ description: 'Duration in milliseconds' }),
  },
  { title: 'Ping', additionalProperties: false },
)
export const WebhookList = object(
  { items: list(Webhook) },
  { title: 'WebhookList', additionalProperties: false },
)

/** A webhook without its secrets. */
export function shownWebhook(
  webhook: StoredWebhook,
  sender: WebhookSender | null,
  stored: number,
  seq: number,
): object {
  const { id, url, types, warehouseId, productId, createdAt, disabledAt, disabledBecause } = webhook
  const { position, refused } = stateOf(webhook, sender, stored)
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
    lastFailure: sender?.ahead?.message ?? refused?.why ?? null,
    refusedSeq: refused?.seq ?? null,
    lastStatus: refused?.status ?? null,
    seq,
  }
}

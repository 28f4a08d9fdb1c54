import type { FastifyInstance } from 'fastify'
import type { Inventory } from 'holdfast'
import { integer, list, object, optional, string, type Schema } from '../schemas/schema.ts'
import { idempotencyKey } from '../input/idempotency-key.ts'
import { HttpProblem } from '../problems/http-problem.ts'
import * as f from '../schemas/fields.ts'
import { EntryType } from '../schemas/records.ts'
import { CreatedWebhook, Ping, shownWebhook, Webhook, WebhookList } from '../schemas/webhooks.ts'
import type { WebhookRegistry } from '../webhooks/registry.ts'
import { STOCK_LOW, type StoredWebhook } from '../webhooks/stored-webhook.ts'

const EventType: Schema = {
  type: 'string',
  enum: [...(EntryType['enum'] as string[]), STOCK_LOW],
  description: 'Of an entry; or stock.low, when the available units fall to the threshold',
}
const After = integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Behind which seq it goes on',
})
const Position = object({ after: After }, { title: 'PositionBody', additionalProperties: false })
const Body = object(
  {
    url: string({ minLength: 1, maxLength: 2000, description: 'https, on the open internet' }),
    types: optional(
      list(EventType, {
        minItems: 1,
        maxItems: 20,
        description: 'All entries where it is left out; stock.low only if it is named',
      }),
    ),
    warehouseId: optional(f.WarehouseId),
    productId: optional(f.ProductId),
    after: optional(
      integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Behind which seq it begins; behind the newest where it is left out',
      }),
    ),
  },
  { title: 'WebhookBody', additionalProperties: false },
)
const Nothing = object({}, { additionalProperties: false })
const Params = object({ webhookId: string() }, { additionalProperties: false })

interface Wanted {
  readonly url: string
  readonly types?: readonly string[]
  readonly warehouseId?: string
  readonly productId?: string
  readonly after?: number
}

/** Endpoints that are told of entries, as Standard Webhooks says: signed, in order, at least once. */
export function webhookRoutes(
  app: FastifyInstance,
  inventory: Inventory,
  webhooks: WebhookRegistry,
): void {
  const config = { need: 'administer' } as const
  const found = (id: string): StoredWebhook => {
    const webhook = webhooks.find(id)
    if (webhook === null) throw new HttpProblem('NOT_FOUND', 'there is no such webhook')
    return webhook
  }
  const shown = async (webhook: StoredWebhook): Promise<object> =>
    shownWebhook(webhook, webhooks.sender(webhook.id), (await inventory.head()).seq)

  app.post<{ Body: Wanted }>(
    '/v1/webhooks',
    {
      config,
      schema: {
        operationId: 'createWebhook',
        summary: 'Register an endpoint; its signing secret is shown in the answer',
        body: Body,
        response: { 201: CreatedWebhook },
      },
    },
    async ({ body, raw, caller }, reply) => {
      const key = idempotencyKey(raw, undefined)
      const { seq } = await inventory.head()
      const { url, types = null, warehouseId = null, productId = null, after = seq } = body
      const wanted = { url, types, warehouseId, productId, after: Math.min(after, seq) }
      const scoped = key === undefined ? null : `${caller.scope}\n${key}`
      const webhook = await webhooks.create(wanted, scoped)
      const answer = { ...(await shown(webhook)), secret: webhook.secrets[0]!.secret }
      return reply.code(201).send(answer)
    },
  )
  app.get(
    '/v1/webhooks',
    {
      config,
      schema: {
        operationId: 'listWebhooks',
        summary: 'All webhooks, and how they fare',
        querystring: Nothing,
        response: { 200: WebhookList },
      },
    },
    async () => ({ items: await Promise.all(webhooks.list().map(shown)) }),
  )
  app.get<{ Params: { webhookId: string } }>(
    '/v1/webhooks/:webhookId',
    {
      config,
      schema: {
        operationId: 'getWebhook',
        summary: 'One webhook, and how it fares',
        params: Params,
        querystring: Nothing,
        response: { 200: Webhook },
      },
    },
    ({ params }) => shown(found(params.webhookId)),
  )
  const act = (
    method: 'post' | 'delete',
    url: string,
    operationId: string,
    summary: string,
    run: (webhook: StoredWebhook) => Promise<object>,
    response: object = Webhook,
  ): void => {
    app[method]<{ Params: { webhookId: string } }>(
      url,
      { config, schema: { operationId, summary, params: Params, response: { 200: response } } },
      ({ params }) => run(found(params.webhookId)),
    )
  }
  const one = '/v1/webhooks/:webhookId'
  act('delete', one, 'deleteWebhook', 'Remove a webhook', async (webhook) =>
    shown(await webhooks.remove(webhook)),
  )
  act(
    'post',
    `${one}/disable`,
    'disableWebhook',
    'Send nothing until it is enabled',
    async (webhook) => shown(await webhooks.disable(webhook, 'disabled by hand')),
  )
  act(
    'post',
    `${one}/ping`,
    'pingWebhook',
    'Send a signed ping now, beside what waits, and say what came of it',
    async (webhook) => {
      const began = performance.now()
      const { outcome, status, why } = await webhooks.ping(webhook)
      const ms = Math.round(performance.now() - began)
      return { delivered: outcome === 'delivered', status, why, ms }
    },
    Ping,
  )
  app.post<{ Params: { webhookId: string }; Body: { readonly after: number } }>(
    `${one}/position`,
    {
      config,
      schema: {
        operationId: 'moveWebhook',
        summary: 'Go on behind another entry: skip what it does not take, or repeat',
        params: Params,
        body: Position,
        response: { 200: Webhook },
      },
    },
    async ({ params, body }) => {
      const webhook = found(params.webhookId)
      const { seq } = await inventory.head()
      return shown(await webhooks.move(webhook, Math.min(body.after, seq)))
    },
  )
  act('post', `${one}/enable`, 'enableWebhook', 'Go on where it stopped', async (webhook) =>
    shown(await webhooks.enable(webhook)),
  )
  act(
    'post',
    `${one}/rotate`,
    'rotateWebhook',
    'A new secret; for a day the old one signs, too',
    async (webhook) => {
      const rotated = await webhooks.rotate(webhook)
      return { ...(await shown(rotated)), secret: rotated.secrets[0]!.secret }
    },
    CreatedWebhook,
  )
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Inventory } from 'holdfast'
import { integer, list, object, optional, string, type Schema } from '../schemas/schema.ts'
import { mustReach } from './must-reach.ts'
import { idempotencyKey, onReplay } from '../input/idempotency-key.ts'
import { HttpProblem } from '../problems/http-problem.ts'
import * as f from '../schemas/fields.ts'
import { EntryType } from '../schemas/records.ts'
import { CreatedWebhook, Ping, shownWebhook, Webhook, WebhookList } from '../schemas/webhooks.ts'
import type { Once, WebhookRegistry } from '../webhooks/registry.ts'
import { STOCK_LOW, storedPosition, type StoredWebhook } from '../webhooks/stored-webhook.ts'

const EVENT_TYPES = [...(EntryType['enum'] as string[]), STOCK_LOW]
const EventType: Schema = {
  type: 'string',
  enum: EVENT_TYPES,
  description: 'The type of an entry; or stock.low, when the available units fall to the threshold',
}
const After = integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Continue after this seq',
})
const Position = object({ after: After }, { title: 'PositionBody', additionalProperties: false })
const Body = object(
  {
    url: string({ minLength: 1, maxLength: 2000, description: 'https, on the open internet' }),
    types: optional(
      list(EventType, {
        minItems: 1,
        maxItems: EVENT_TYPES.length,
        description: 'Default: all entries; stock.low only if it is listed',
      }),
    ),
    warehouseId: optional(f.WarehouseId),
    productId: optional(f.ProductId),
    after: optional(
      integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Begin after this seq. Default: the newest',
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

/** Webhooks as Standard Webhooks describes them: signed, in order, at least once. */
export function webhookRoutes(
  app: FastifyInstance,
  inventory: Inventory,
  webhooks: WebhookRegistry,
): void {
  const config = { need: 'admin' } as const
  const found = (id: string): StoredWebhook => {
    const webhook = webhooks.find(id)
    if (webhook === null) throw new HttpProblem('NOT_FOUND', 'there is no such webhook')
    return webhook
  }
  const shownAll = async (some: readonly StoredWebhook[]): Promise<object[]> => {
    const consumers = await inventory.consumers()
    const positions = new Map(consumers.map(({ name, position }) => [name, position]))
    const { seq } = await inventory.head()
    return some.map((webhook) =>
      shownWebhook(webhook, webhooks.sender(webhook.id), storedPosition(webhook, positions), seq),
    )
  }
  const shown = async (webhook: StoredWebhook): Promise<object> => (await shownAll([webhook]))[0]!

  const onceOf = ({ raw, caller }: FastifyRequest, reply: FastifyReply): Once => {
    const key = idempotencyKey(raw, undefined)
    const scoped = key === undefined ? null : `${caller.scope}\n${key}`
    return { key: scoped, onReplay: onReplay(reply) }
  }

  app.post<{ Body: Wanted }>(
    '/v1/webhooks',
    {
      config,
      schema: {
        operationId: 'createWebhook',
        summary: 'Register an endpoint; its signing secret is shown in the answer',
        refusals: ['NOT_FOUND', 'POSITION_AHEAD'],
        body: Body,
        response: { 201: CreatedWebhook },
      },
    },
    async (request, reply) => {
      const once = onceOf(request, reply)
      const { seq } = await inventory.head()
      const { url, types = null, warehouseId = null, productId = null } = request.body
      const { after: askedAfter = null } = request.body
      const after = askedAfter ?? seq
      await mustReach(inventory, after)
      const wanted = { url, types, warehouseId, productId, after, askedAfter }
      const webhook = await webhooks.create(wanted, once.key, once.onReplay)
      if (webhook.deletedAt !== null)
        throw new HttpProblem('NOT_FOUND', 'the webhook of this key has been deleted')
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
        summary: 'All webhooks and their progress',
        querystring: Nothing,
        response: { 200: WebhookList },
      },
    },
    async () => ({ items: await shownAll(webhooks.list()) }),
  )
  app.get<{ Params: { webhookId: string } }>(
    '/v1/webhooks/:webhookId',
    {
      config,
      schema: {
        operationId: 'getWebhook',
        summary: 'One webhook and its progress',
        refusals: ['NOT_FOUND'],
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
    run: (webhook: StoredWebhook, once: Once) => Promise<object>,
    { response = Webhook, takesKey = true }: { response?: object; takesKey?: boolean } = {},
  ): void => {
    const refusals = ['NOT_FOUND'] as const
    const about = { operationId, summary, takesKey, refusals, params: Params }
    const schema = { ...about, response: { 200: response } }
    app[method]<{ Params: { webhookId: string } }>(url, { config, schema }, (request, reply) =>
      run(found(request.params.webhookId), onceOf(request, reply)),
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
    'Pause a webhook until it is enabled',
    async (webhook, once) => shown(await webhooks.disable(webhook, 'disabled by hand', once)),
  )
  act(
    'post',
    `${one}/ping`,
    'pingWebhook',
    'Send a signed ping now, ahead of waiting entries, and report the result',
    async (webhook) => {
      const began = performance.now()
      const { outcome, status, why } = await webhooks.ping(webhook)
      const ms = Math.round(performance.now() - began)
      return { delivered: outcome === 'delivered', status, why, ms }
    },
    { response: Ping, takesKey: false },
  )
  app.post<{ Params: { webhookId: string }; Body: { readonly after: number } }>(
    `${one}/position`,
    {
      config,
      schema: {
        operationId: 'moveWebhook',
        summary: 'Continue after another entry: skip refused ones, or repeat',
        refusals: ['NOT_FOUND', 'POSITION_AHEAD'],
        params: Params,
        body: Position,
        response: { 200: Webhook },
      },
    },
    async (request, reply) => {
      const webhook = found(request.params.webhookId)
      const { after } = request.body
      await mustReach(inventory, after)
      return shown(await webhooks.move(webhook, after, onceOf(request, reply)))
    },
  )
  act(
    'post',
    `${one}/enable`,
    'enableWebhook',
    'Continue where it stopped',
    async (webhook, once) => shown(await webhooks.enable(webhook, once)),
  )
  act(
    'post',
    `${one}/rotate`,
    'rotateWebhook',
    'Make a new secret; the ones before also sign for a day',
    async (webhook, once) => {
      const { webhook: rotated, secret } = await webhooks.rotate(webhook, once)
      return { ...(await shown(rotated)), secret }
    },
    { response: CreatedWebhook },
  )
}

import type { FastifyInstance } from 'fastify'
import type { Inventory } from 'holdfast'
import { integer, list, object, optional, string, type Schema } from '../schemas/schema.ts'
import { mustReach } from './must-reach.ts'
import { onceOf } from './once-of.ts'
import { HttpProblem } from '../problems/http-problem.ts'
import * as f from '../schemas/fields.ts'
import { EntryType } from '../schemas/records.ts'
import { CreatedWebhook, Webhook, WebhookList } from '../schemas/webhooks.ts'
import type { WebhookRegistry } from '../webhooks/registry.ts'
import { STOCK_LOW } from '../webhooks/stored-webhook.ts'
import { WEBHOOK, webhookActs, WebhookParams } from './webhook-acts.ts'
import { WebhookDesk } from './webhook-desk.ts'

const EVENT_TYPES = [...(EntryType['enum'] as string[]), STOCK_LOW]
const EventType: Schema = {
  type: 'string',
  enum: EVENT_TYPES,
  description: 'The type of an entry; or stock.low, when the available units fall to the threshold',
}
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
  const desk = new WebhookDesk(inventory, webhooks)
  createRoute(app, desk)
  readRoutes(app, desk)
  webhookActs(app, desk)
}

function createRoute(app: FastifyInstance, desk: WebhookDesk): void {
  const { inventory, webhooks } = desk
  app.post<{ Body: Wanted }>(
    '/v1/webhooks',
    {
      config: { need: 'admin' },
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
      const answer = { ...(await desk.shown(webhook)), secret: webhook.secrets[0]!.secret }
      return reply.code(201).send(answer)
    },
  )
}

function readRoutes(app: FastifyInstance, desk: WebhookDesk): void {
  app.get(
    '/v1/webhooks',
    {
      config: { need: 'admin' },
      schema: {
        operationId: 'listWebhooks',
        summary: 'All webhooks and their progress',
        querystring: Nothing,
        response: { 200: WebhookList },
      },
    },
    async () => ({ items: await desk.shownAll(desk.webhooks.list()) }),
  )
  app.get<{ Params: { webhookId: string } }>(
    WEBHOOK,
    {
      config: { need: 'admin' },
      schema: {
        operationId: 'getWebhook',
        summary: 'One webhook and its progress',
        refusals: ['NOT_FOUND'],
        params: WebhookParams,
        querystring: Nothing,
        response: { 200: Webhook },
      },
    },
    ({ params }) => desk.shown(desk.found(params.webhookId)),
  )
}

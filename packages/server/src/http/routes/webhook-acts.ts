import type { FastifyInstance } from 'fastify'
import { integer, object, string } from '../schemas/schema.ts'
import { onceOf } from './once-of.ts'
import { mustReach } from './must-reach.ts'
import { CreatedWebhook, Ping, Webhook } from '../schemas/webhooks.ts'
import type { Once } from '../webhooks/registry.ts'
import type { StoredWebhook } from '../webhooks/stored-webhook.ts'
import type { WebhookDesk } from './webhook-desk.ts'

export const WEBHOOK = '/v1/webhooks/:webhookId'
export const WebhookParams = object({ webhookId: string() }, { additionalProperties: false })

const After = integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Continue after this seq',
})
const Position = object({ after: After }, { title: 'PositionBody', additionalProperties: false })

/** What can be done to a webhook that is there, without a body. */
interface Act {
  readonly method: 'post' | 'delete'
  /** After the path of the webhook. */
  readonly step: string
  readonly operationId: string
  readonly summary: string
  /** Default: the webhook. */
  readonly response?: object
  readonly takesKey?: boolean
  run(desk: WebhookDesk, webhook: StoredWebhook, once: Once): Promise<object>
}

const REMOVE: Act = {
  method: 'delete',
  step: '',
  operationId: 'deleteWebhook',
  summary: 'Remove a webhook',
  run: async (desk, webhook) => desk.shown(await desk.webhooks.remove(webhook)),
}

const DISABLE: Act = {
  method: 'post',
  step: '/disable',
  operationId: 'disableWebhook',
  summary: 'Pause a webhook until it is enabled',
  run: async (desk, webhook, once) =>
    desk.shown(await desk.webhooks.disable(webhook, 'disabled by hand', once)),
}

const PING: Act = {
  method: 'post',
  step: '/ping',
  operationId: 'pingWebhook',
  summary: 'Send a signed ping now, ahead of waiting entries, and report the result',
  response: Ping,
  takesKey: false,
  run: async ({ webhooks }, webhook) => {
    const began = performance.now()
    const { outcome, status, why } = await webhooks.ping(webhook)
    const ms = Math.round(performance.now() - began)
    return { delivered: outcome === 'delivered', status, why, ms }
  },
}

const ENABLE: Act = {
  method: 'post',
  step: '/enable',
  operationId: 'enableWebhook',
  summary: 'Continue where it stopped',
  run: async (desk, webhook, once) => desk.shown(await desk.webhooks.enable(webhook, once)),
}

const ROTATE: Act = {
  method: 'post',
  step: '/rotate',
  operationId: 'rotateWebhook',
  summary: 'Make a new secret; the ones before also sign for a day',
  response: CreatedWebhook,
  run: async (desk, webhook, once) => {
    const { webhook: rotated, secret } = await desk.webhooks.rotate(webhook, once)
    return { ...(await desk.shown(rotated)), secret }
  },
}

/** In the order of the OpenAPI document. */
export function webhookActs(app: FastifyInstance, desk: WebhookDesk): void {
  for (const act of [REMOVE, DISABLE, PING]) actRoute(app, desk, act)
  moveRoute(app, desk)
  for (const act of [ENABLE, ROTATE]) actRoute(app, desk, act)
}

function actRoute(app: FastifyInstance, desk: WebhookDesk, act: Act): void {
  const { method, step, operationId, summary, response = Webhook, takesKey = true } = act
  app[method]<{ Params: { webhookId: string } }>(
    `${WEBHOOK}${step}`,
    {
      config: { need: 'admin' },
      schema: {
        operationId,
        summary,
        takesKey,
        refusals: ['NOT_FOUND'],
        params: WebhookParams,
        response: { 200: response },
      },
    },
    (request, reply) => act.run(desk, desk.found(request.params.webhookId), onceOf(request, reply)),
  )
}

function moveRoute(app: FastifyInstance, desk: WebhookDesk): void {
  app.post<{ Params: { webhookId: string }; Body: { readonly after: number } }>(
    `${WEBHOOK}/position`,
    {
      config: { need: 'admin' },
      schema: {
        operationId: 'moveWebhook',
        summary: 'Continue after another entry: skip refused ones, or repeat',
        refusals: ['NOT_FOUND', 'POSITION_AHEAD'],
        params: WebhookParams,
        body: Position,
        response: { 200: Webhook },
      },
    },
    async (request, reply) => {
      const webhook = desk.found(request.params.webhookId)
      const { after } = request.body
      await mustReach(desk.inventory, after)
      return desk.shown(await desk.webhooks.move(webhook, after, onceOf(request, reply)))
    },
  )
}

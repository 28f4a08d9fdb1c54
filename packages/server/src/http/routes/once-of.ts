import type { FastifyReply, FastifyRequest } from 'fastify'
import { idempotencyKey, onReplay } from '../input/idempotency-key.ts'
import type { Once } from '../webhooks/registry.ts'

/** The key of a request, apart from the keys of other callers. */
export function onceOf({ raw, caller }: FastifyRequest, reply: FastifyReply): Once {
  const key = idempotencyKey(raw, undefined)
  const scoped = key === undefined ? null : `${caller.scope}\n${key}`
  return { key: scoped, onReplay: onReplay(reply) }
}

import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Atomically, Command, Inventory } from 'holdfast'
import { anyOf } from '../schemas/schema.ts'
import { REFUSALS_OF_COMMANDS } from '../docs/route-codes.ts'
import { mustAllBeAllowed } from '../access/caller.ts'
import { idempotencyKey, onReplay } from '../input/idempotency-key.ts'
import { FaultLog } from '../problems/fault-log.ts'
import { AtomicAnswer, BatchResult } from '../schemas/answers.ts'
import { BATCH_BODY, type Common } from 'holdfast/model'
import type { CommandCounts } from '../telemetry/command-counts.ts'
import { counted, countedTogether } from '../telemetry/counted.ts'
import type { LargeAnswers } from '../limits/large-answers.ts'
import type { StreamPlaces } from '../limits/stream-places.ts'
import { NDJSON, streamedBatch } from './streamed-batch.ts'

interface Body extends Omit<Common, 'actor'> {
  readonly atomic?: boolean
  readonly commands: readonly Command[]
}

export interface BatchOptions {
  readonly inventory: Inventory
  readonly counts: CommandCounts
  readonly large: LargeAnswers
  readonly bodyLimit: number
  readonly closing: AbortSignal
  /** Places for streams of commands. */
  readonly places: StreamPlaces
  /** How long a stream of commands may be idle. */
  readonly idleMs: number
}

/**
 * Many commands in one request and one commit: each for itself, or with `atomic` all or none. Or a stream, with a
 * command per line.
 */
export async function batchRoutes(app: FastifyInstance, options: BatchOptions): Promise<void> {
  const { inventory, counts, bodyLimit, large } = options
  const hooks = large.hooksFor(({ body }) =>
    'pipe' in (body as Body) ? null : (body as Body).commands,
  )
  const faults = new FaultLog()
  app.addContentTypeParser(NDJSON, (_request, payload, done) => done(null, payload))
  app.post<{ Body: Body | NodeJS.ReadableStream }>(
    '/v1/batch',
    {
      bodyLimit,
      ...hooks,
      config: { need: 'shop', streamsType: NDJSON },
      schema: {
        operationId: 'batch',
        summary:
          'Up to 1,000 commands in one commit, each for itself or all or none; each needs its own role',
        refusals: REFUSALS_OF_COMMANDS,
        body: { content: { 'application/json': { schema: BATCH_BODY } } },
        response: { 200: anyOf([BatchResult, AtomicAnswer]) },
        alsoTakes: NDJSON,
        alsoAnswers: NDJSON,
      },
    },
    async (request, reply) => {
      const { caller, body } = request
      if ('pipe' in body) return streamedBatch({ ...options, request, reply, lines: body, faults })
      mustAllBeAllowed(caller, body.commands)
      request.rate?.count(body.commands, reply)
      const { atomic = false, commands, metadata, reference, group } = body
      const key = idempotencyKey(request.raw, body.idempotencyKey)
      const { actor } = caller
      const whole = { commands, metadata, reference, group, idempotencyKey: key, actor }
      const how = { scope: caller.scope, onReplay: onReplay(reply) }
      const answer = atomic
        ? await counted(counts, { verb: 'atomically', ...(whole as Atomically) }, actor, () =>
            inventory.atomically(whole as Atomically, how),
          )
        : await countedTogether(counts, commands, actor, () => inventory.batch(whole, how))
      request.rate?.countChanged(commands, answer.answers)
      request.rate?.tell(reply)
      return asJson(reply, answer)
    },
  )
}

/** A text is sent as it is. */
function asJson(reply: FastifyReply, answer: object): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer))
}

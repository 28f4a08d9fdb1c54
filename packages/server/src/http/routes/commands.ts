import type { FastifyInstance } from 'fastify'
import type { Command, Inventory } from 'holdfast'
import {
  bodyOf,
  COMMANDS,
  objectOf,
  routeOf,
  SINGLE_VERBS,
  type CommandDefinition,
} from 'holdfast/model'
import { emptyBodyIsEmpty } from '../input/empty-body.ts'
import { idempotencyKey, onReplay } from '../input/idempotency-key.ts'
import { matchedSeq } from '../input/preconditions.ts'
import { endOfTurn } from '../limits/end-of-turn.ts'
import type { LargeAnswers } from '../limits/large-answers.ts'
import { preconditionFailed } from '../problems/precondition-failed.ts'
import { ANSWERS } from '../schemas/records.ts'
import { counted } from '../telemetry/counted.ts'
import type { CommandCounts } from '../telemetry/command-counts.ts'

/** Made once, so that only the first server of a process compiles the schemas. */
const ROUTES = SINGLE_VERBS.map((verb) => commandRoute(verb, COMMANDS[verb]))

/** Verbs that answer with many records. */
const MAY_BE_LARGE: ReadonlySet<string> = new Set(
  SINGLE_VERBS.filter((verb) => {
    const { entries }: CommandDefinition = COMMANDS[verb]
    return entries === 'one for each hold' || entries === 'a leg each'
  }),
)

/** The path, role, body and answer of a verb. */
export function commandRoute<V extends string>(verb: V, definition: CommandDefinition) {
  const { summary, answers, fields, refusals, role } = definition
  const { path, inPath, status } = routeOf(definition)
  const schema = {
    operationId: verb,
    summary,
    refusals,
    body: bodyOf(verb, definition),
    ...(inPath === null ? {} : { params: objectOf({ [inPath]: fields[inPath]! }) }),
    response: { [status]: ANSWERS[answers] },
  }
  const url = path.replaceAll(/\{(\w+)\}/g, ':$1')
  const config = { need: role, ifMatch: Object.hasOwn(fields, 'ifSeq') }
  return { verb, url, status, schema, config }
}

/** The routes of the verbs. A body is the library's argument without the id that is in the path. */
export function commandRoutes(
  app: FastifyInstance,
  inventory: Inventory,
  counts: CommandCounts,
  large: LargeAnswers,
): void {
  for (const { verb, url, status, schema, config } of ROUTES) {
    const hooks = large.hooksFor(({ body }) => [
      { ...(body as object), verb } as unknown as Command,
    ])
    app.post<{ Body: Fields; Params: Fields }>(
      url,
      { ...(MAY_BE_LARGE.has(verb) ? hooks : {}), config, schema, preValidation: emptyBodyIsEmpty },
      async (request, reply) => {
        const { caller, body, params } = request
        const idempotent = idempotencyKey(request.raw, body.idempotencyKey)
        const { actor, scope } = caller
        const matched = config.ifMatch ? matchedSeq(request.raw, body.ifSeq) : undefined
        const more = matched === undefined ? {} : { ifSeq: matched }
        const fields = { ...body, ...more, ...params, verb, idempotencyKey: idempotent, actor }
        const command = fields as unknown as Command
        if (status !== 200) void reply.code(status)
        await endOfTurn()
        try {
          const how = { scope, onReplay: onReplay(reply) }
          const answer = await counted(counts, command, actor, () =>
            inventory.execute(command, how),
          )
          request.rate?.countChanged([command], [answer])
          request.rate?.tell(reply)
          return answer
        } catch (error) {
          throw matched === undefined ? error : preconditionFailed(error, matched)
        }
      },
    )
  }
}

interface Fields {
  readonly idempotencyKey?: string
  readonly ifSeq?: number
}

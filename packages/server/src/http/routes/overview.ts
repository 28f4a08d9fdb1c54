import type { FastifyInstance } from 'fastify'
import type { Inventory } from 'holdfast'
import type { Overview } from 'holdfast/model'
import { boolean, integer, list, object, raw, string } from '../schemas/schema.ts'
import { Seq, Time } from '../schemas/fields.ts'
import type { PageTurns } from '../limits/page-turns.ts'
import type { CommandCounts } from '../telemetry/command-counts.ts'

const textOrNull = raw({ type: ['string', 'null'] })
const numberOrNull = raw({ type: ['integer', 'null'] })
const Nothing = object({}, { additionalProperties: false })

const LastRefusal = object(
  {
    at: Time,
    verb: string(),
    code: string(),
    warehouseId: textOrNull,
    productId: textOrNull,
    reservationId: textOrNull,
    transferId: textOrNull,
    qty: numberOrNull,
    actor: textOrNull,
    owner: textOrNull,
  },
  { title: 'LastRefusal', additionalProperties: false },
)
const OverviewAnswer = object(
  {
    now: integer({ description: 'The time by which holds end, in milliseconds since the epoch' }),
    role: string({ description: 'What the caller may do' }),
    actor: textOrNull,
    readOnly: boolean({ description: 'The store refuses writes' }),
    since: integer({ description: 'When this process started counting' }),
    commands: integer({ description: 'Answered since then' }),
    perSecond: list(integer(), {
      description: 'Commands answered in each of the last 60 seconds, the oldest first',
    }),
    refusals: list(
      object(
        { code: string(), count: integer() },
        { additionalProperties: false, title: 'RefusalCount' },
      ),
      { description: 'Commands not executed since then, by code' },
    ),
    lastRefusals: list(LastRefusal, { description: 'The newest first, 200 at most' }),
    seq: Seq,
  },
  { title: 'Overview', additionalProperties: false },
)

/** Recent commands and refusals of this process, and the caller's role: what the console shows beside the trail. */
export function overviewRoute(
  app: FastifyInstance,
  inventory: Inventory,
  counts: CommandCounts,
  { hooks }: PageTurns,
): void {
  app.get(
    '/v1/overview',
    {
      // Refusals with long ids have half a megabyte.
      ...hooks,
      schema: {
        operationId: 'overview',
        summary: 'Recent commands and refusals of this process, its clock, and the caller’s role',
        querystring: Nothing,
        response: { 200: OverviewAnswer },
      },
    },
    async ({ caller: { role, actor = null } }): Promise<Overview> => {
      const { seq } = await inventory.head()
      const { clock, readOnly } = inventory.stats()
      return {
        now: clock.now,
        role,
        actor,
        readOnly,
        since: counts.since,
        commands: counts.commands,
        perSecond: counts.lastMinute.perSecond(),
        refusals: [...counts.refusals].map(([code, count]) => ({ code, count })),
        lastRefusals: counts.lastRefusals.list(),
        seq,
      }
    },
  )
}

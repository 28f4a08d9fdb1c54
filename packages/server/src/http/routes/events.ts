import type { FastifyInstance, FastifyRequest } from 'fastify'
import { InvalidInputError, type Inventory } from 'holdfast'
import { object, optional } from '../schemas/schema.ts'
import { EntryPage } from '../schemas/answers.ts'
import { Limit } from '../schemas/fields.ts'
import type { PageTurns } from '../limits/page-turns.ts'
import type { StreamPlaces } from '../limits/stream-places.ts'
import { entryPage } from './entry-page.ts'
import { mustReach } from './must-reach.ts'
import { EVENT_STREAM, eventStream } from './event-stream.ts'
import { endOf } from '../access/caller.ts'
import { goneSignal } from '../limits/gone-signal.ts'
import { feedFilter, type TrailFilter } from './trail-filter.ts'

export interface EventsOptions {
  readonly inventory: Inventory
  readonly closing: AbortSignal
  readonly places: StreamPlaces
  readonly turns: PageTurns
  readonly heartbeatMs: number
}

const EventsQuery = object(
  { ...feedFilter, limit: optional(Limit) },
  { additionalProperties: false },
)

interface Query extends TrailFilter {
  readonly limit?: number
}

/** The trail as it grows: as a stream, or as pages by `after` for clients that cannot hold a stream open. */
export function eventRoutes(app: FastifyInstance, options: EventsOptions): void {
  const { inventory, closing, places, turns, heartbeatMs } = options
  const { preHandler, onSend } = turns.hooks
  app.get<{ Querystring: Query }>(
    '/v1/events',
    {
      onSend,
      preHandler: async (request, reply) => {
        if (!wantsStream(request)) await preHandler(request, reply)
      },
      schema: {
        operationId: 'feed',
        summary:
          'The trail as server-sent events; with after=, and without accepting an event stream, as pages',
        querystring: EventsQuery,
        refusals: ['POSITION_AHEAD'],
        response: { 200: EntryPage },
        alsoAnswers: EVENT_STREAM,
        resumes: true,
      },
    },
    async (request, reply) => {
      const { limit, ...filter } = request.query
      if (!wantsStream(request)) {
        return await entryPage(inventory, filter, limit, goneSignal(reply))
      }
      if (limit !== undefined)
        throw new InvalidInputError('limit is for pages, not for a stream', { field: 'limit' })
      places.enter(request, reply)
      const after = await beginning(request.headers['last-event-id'], filter.after, inventory)
      const stream = eventStream({
        inventory,
        filter: { ...filter, after },
        over: AbortSignal.any([closing, goneSignal(reply), ...endOf(request.caller)]),
        inTurn: (signal, work) => turns.inTurn(request.caller.scope, signal, work),
        heartbeatMs,
      })
      return reply
        .type(`${EVENT_STREAM}; charset=utf-8`)
        .header('x-accel-buffering', 'no')
        .header('connection', 'close')
        .send(stream)
    },
  )
}

/** `curl …/v1/events` gets the stream; `…/v1/events?after=0` a page, unless a stream is asked for. */
function wantsStream({ headers, query }: FastifyRequest): boolean {
  const { accept = '*/*' } = headers
  const { after } = query as Query
  if (accept.includes(EVENT_STREAM)) return true
  return after === undefined && accept.includes('*/*')
}

/** After the reader's last event; else where it asks to begin; else now. */
async function beginning(
  lastEventId: string | string[] | undefined,
  after: number | undefined,
  inventory: Inventory,
): Promise<number> {
  const asked = lastEventId === undefined || lastEventId === '' ? after : seqOf(lastEventId)
  if (asked === undefined) return (await inventory.head()).seq
  // Now, as an answer: once the stream has begun, it could only be cut off.
  await mustReach(inventory, asked)
  return asked
}

function seqOf(lastEventId: string | string[]): number {
  const seq = /^\d{1,16}$/.test(String(lastEventId)) ? Number(lastEventId) : Number.NaN
  if (Number.isSafeInteger(seq)) return seq
  throw new InvalidInputError('Last-Event-ID must be the id of an event', {
    field: 'Last-Event-ID',
  })
}

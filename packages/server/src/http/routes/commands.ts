import type { FastifyInstance } from 'fastify'
import type { Command, Inventory } from 'holdfast'
import { Type, type TSchema } from 'typebox'
import { mustBeAllowed } from '../access/caller.ts'
import { emptyBodyIsEmpty } from '../input/empty-body.ts'
import { idempotencyKey } from '../input/idempotency-key.ts'
import * as f from '../schemas/fields.ts'
import * as r from '../schemas/records.ts'
import { counted } from '../telemetry/counted.ts'
import type { CommandCounts } from '../telemetry/command-counts.ts'
import { endOfTurn } from '../limits/end-of-turn.ts'
import { bodyOf, type SingleVerb } from '../schemas/verbs.ts'

interface CommandRoute {
  readonly verb: SingleVerb
  readonly url: string
  readonly answer: TSchema
  readonly summary: string
  readonly status?: 201
}

/** Every command that is one record of fields, and where it is sent. */
const ROUTES: readonly CommandRoute[] = [
  {
    verb: 'addStock',
    url: '/v1/stock/add',
    answer: r.StockAnswer,
    summary: 'Take units in: a delivery, a return',
  },
  {
    verb: 'removeStock',
    url: '/v1/stock/remove',
    answer: r.StockAnswer,
    summary: 'Write units off',
  },
  {
    verb: 'countStock',
    url: '/v1/stock/count',
    answer: r.StockAnswer,
    summary: 'Make what was counted on the shelf the truth',
  },
  {
    verb: 'reserve',
    url: '/v1/reservations',
    answer: r.ReservationAnswer,
    summary: 'Hold units for a while',
    status: 201,
  },
  {
    verb: 'fulfillAcrossWarehouses',
    url: '/v1/reservations/across-warehouses',
    answer: r.FulfillAnswer,
    summary: 'Hold units in several warehouses together, or nothing',
    status: 201,
  },
  {
    verb: 'confirm',
    url: '/v1/reservations/:reservationId/confirm',
    answer: r.ReservationAnswer,
    summary: 'Sell what is held, or a part of it',
  },
  {
    verb: 'release',
    url: '/v1/reservations/:reservationId/release',
    answer: r.ReservationAnswer,
    summary: 'Give back what is held',
  },
  {
    verb: 'extend',
    url: '/v1/reservations/:reservationId/extend',
    answer: r.ReservationAnswer,
    summary: 'Hold for longer, from now on',
  },
  {
    verb: 'ship',
    url: '/v1/reservations/:reservationId/ship',
    answer: r.ReservationAnswer,
    summary: 'Sold units leave the building',
  },
  {
    verb: 'cancel',
    url: '/v1/reservations/:reservationId/cancel',
    answer: r.ReservationAnswer,
    summary: 'Undo a sale that was not shipped',
  },
  {
    verb: 'transfer',
    url: '/v1/transfers',
    answer: r.TransferAnswer,
    summary: 'Move units to another warehouse, or ask for it',
    status: 201,
  },
  {
    verb: 'approveTransfer',
    url: '/v1/transfers/:transferId/approve',
    answer: r.TransferAnswer,
    summary: 'Let a transfer that waits happen',
  },
  {
    verb: 'rejectTransfer',
    url: '/v1/transfers/:transferId/reject',
    answer: r.TransferAnswer,
    summary: 'Turn a transfer that waits down',
  },
]

const IN_PATH: Readonly<Record<string, TSchema>> = {
  reservationId: f.ReservationId,
  transferId: f.TransferId,
}

/** Made once: what a schema costs to compile is paid by the first server of a process. */
const COMPLETE = ROUTES.map((route) => {
  const inPath = /:(\w+)/.exec(route.url)?.[1] ?? null
  const { verb, status = 200, summary, answer } = route
  const schema = {
    operationId: verb,
    summary,
    body: bodyOf(verb, inPath),
    ...(inPath === null ? {} : { params: paramsOf(inPath) }),
    response: { [status]: answer },
  }
  return { ...route, status, schema }
})

/** The verbs: a body is the library's argument, less the id that stands in the path. */
export function commandRoutes(
  app: FastifyInstance,
  inventory: Inventory,
  counts: CommandCounts,
): void {
  for (const { verb, url, schema, status } of COMPLETE) {
    app.post<{ Body: Fields; Params: Fields }>(
      url,
      { config: { need: 'command' }, schema, preValidation: emptyBodyIsEmpty },
      async (request, reply) => {
        const { caller, body, params } = request
        mustBeAllowed(caller, verb)
        const idempotent = idempotencyKey(request.raw, body.idempotencyKey)
        const { actor, scope } = caller
        const fields = { ...body, ...params, verb, idempotencyKey: idempotent, actor }
        const command = fields as unknown as Command
        if (status !== 200) void reply.code(status)
        await endOfTurn()
        return await counted(counts, command, actor, () => inventory.execute(command, { scope }))
      },
    )
  }
}

interface Fields {
  readonly idempotencyKey?: string
}

function paramsOf(name: string): TSchema {
  return Type.Object({ [name]: IN_PATH[name]! }, { additionalProperties: false })
}

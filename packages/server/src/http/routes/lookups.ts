import type { FastifyInstance } from 'fastify'
import type { Inventory } from 'holdfast'
import { object, optional, string, type Schema } from '../schemas/schema.ts'
import { etagOf } from '../input/preconditions.ts'
import { pointInTime, withPlus } from '../input/point-in-time.ts'
import type { PageTurns } from '../limits/page-turns.ts'
import { Head } from '../schemas/answers.ts'
import * as f from '../schemas/fields.ts'
import * as r from '../schemas/records.ts'
import { goneSignal } from '../limits/gone-signal.ts'

interface Place {
  readonly warehouseId: string
  readonly productId: string
}

const closed = (fields: Record<string, Schema>) => object(fields, { additionalProperties: false })
const place = closed({ warehouseId: f.WarehouseId, productId: f.ProductId })
const nothing = closed({})
const reservation = closed({ reservationId: f.ReservationId })
const transfer = closed({ transferId: f.TransferId })

const At = string({
  maxLength: 40,
  description:
    'The past: milliseconds since the epoch, or a time with its zone, like 2026-11-23T09:30:00Z or 2026-11-23T09:30:00+01:00',
})

const past = closed({ at: optional(At) })
const some = closed({ limit: optional(f.Limit) })

/** Reads of one record, now or in the past, and its history. */
export function lookupRoutes(
  app: FastifyInstance,
  inventory: Inventory,
  { hooks }: PageTurns,
): void {
  app.get<{ Params: Place; Querystring: { at?: string } }>(
    '/v1/stock/:warehouseId/:productId',
    {
      schema: {
        operationId: 'stock',
        summary: 'The counts of one level, now or at a time in the past',
        params: place,
        refusals: ['WAREHOUSE_NOT_FOUND'],
        querystring: past,
        response: { 200: r.StockNowOrThen },
        answersEtag: 'The seq of the current counts, for If-Match',
      },
    },
    async ({ params, query: { at } }, reply) => {
      if (at === undefined) {
        const found = await inventory.stock(params)
        void reply.header('etag', etagOf(found.seq))
        return found
      }
      const time = pointInTime(withPlus(at), 'at')
      return await inventory.stockAt({ ...params, time }, { signal: goneSignal(reply) })
    },
  )
  app.get<{ Params: Place; Querystring: { limit?: number } }>(
    '/v1/stock/:warehouseId/:productId/explain',
    {
      ...hooks,
      schema: {
        operationId: 'explain',
        summary: 'The counts of one level, and the entries that made them',
        params: place,
        refusals: ['WAREHOUSE_NOT_FOUND'],
        querystring: some,
        response: { 200: r.Explanation },
      },
    },
    ({ params, query }, reply) =>
      inventory.explain({ ...params, ...query }, { signal: goneSignal(reply) }),
  )
  app.get<{ Params: { reservationId: string } }>(
    '/v1/reservations/:reservationId',
    {
      schema: {
        operationId: 'getReservation',
        summary: 'One reservation',
        params: reservation,
        refusals: ['RESERVATION_NOT_FOUND'],
        querystring: nothing,
        response: { 200: r.ReservationAnswer },
      },
    },
    ({ params }) => inventory.getReservation(params),
  )
  app.get<{ Params: { transferId: string } }>(
    '/v1/transfers/:transferId',
    {
      schema: {
        operationId: 'getTransfer',
        summary: 'One transfer',
        params: transfer,
        refusals: ['TRANSFER_NOT_FOUND'],
        querystring: nothing,
        response: { 200: r.TransferAnswer },
      },
    },
    ({ params }) => inventory.getTransfer(params),
  )
  app.get(
    '/v1/head',
    {
      schema: {
        operationId: 'head',
        summary: 'The newest position of the trail; keep it elsewhere, for verify',
        querystring: nothing,
        response: { 200: Head },
      },
    },
    () => inventory.head(),
  )
}

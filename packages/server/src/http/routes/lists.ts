import type { FastifyInstance } from 'fastify'
import type { Inventory, ReservationFilter, StockFilter, TransferFilter } from 'holdfast'
import { Type, type TSchema } from 'typebox'
import type { PageTurns } from '../limits/page-turns.ts'
import * as a from '../schemas/answers.ts'
import * as f from '../schemas/fields.ts'
import { ReservationStates, TransferStates } from '../schemas/records.ts'

const place = { warehouseId: Type.Optional(f.WarehouseId), productId: Type.Optional(f.ProductId) }
const paging = { cursor: Type.Optional(f.Cursor), limit: Type.Optional(f.Limit) }

const STOCK = read('listStock', 'Levels, in order of product, then warehouse', a.LevelPage, {
  ...place,
  prefix: Type.Optional(
    Type.String({ minLength: 1, maxLength: 128, description: 'How the products’ ids begin' }),
  ),
  ...paging,
})
const RESERVATIONS = read(
  'listReservations',
  'Reservations, the newest first, as they stand now',
  a.ReservationPage,
  {
    ...place,
    status: Type.Optional(ReservationStates),
    owner: Type.Optional(f.Owner),
    ...paging,
  },
)
const TRANSFERS = read(
  'listTransfers',
  'Transfers, the newest first; warehouseId is either side',
  a.TransferPage,
  { ...place, status: Type.Optional(TransferStates), ...paging },
)
const WAREHOUSES = read('listWarehouses', 'All warehouses, on one page', a.WarehousePage, {})

/** Lists by pages: each a snapshot of its own, opened by the cursor of the page before. */
export function listRoutes(app: FastifyInstance, inventory: Inventory, { hooks }: PageTurns): void {
  app.get<{ Querystring: StockFilter }>('/v1/stock', { ...STOCK, ...hooks }, ({ query }) =>
    inventory.listStock(query),
  )
  app.get<{ Querystring: ReservationFilter }>(
    '/v1/reservations',
    { ...RESERVATIONS, ...hooks },
    ({ query }) => inventory.listReservations(query),
  )
  app.get<{ Querystring: TransferFilter }>(
    '/v1/transfers',
    { ...TRANSFERS, ...hooks },
    ({ query }) => inventory.listTransfers(query),
  )
  app.get('/v1/warehouses', { ...WAREHOUSES, ...hooks }, () => inventory.listWarehouses())
}

function read(operationId: string, summary: string, page: TSchema, query: Record<string, TSchema>) {
  const querystring = Type.Object(query, { additionalProperties: false })
  return { schema: { operationId, summary, querystring, response: { 200: page } } }
}

import type { FastifyInstance } from 'fastify'
import type { Inventory, ListPage } from 'holdfast'
import { LISTS, PAGING, type Field } from 'holdfast/model'
import type { PageTurns } from '../limits/page-turns.ts'
import * as a from '../schemas/answers.ts'
import { querySchema } from '../schemas/query.ts'
import { object, type Schema } from '../schemas/schema.ts'

/** The items of each list with pages. */
const PAGES = {
  listStock: a.LevelPage,
  listReservations: a.ReservationPage,
  listTransfers: a.TransferPage,
  listWarehouses: a.WarehousePage,
}

type PagedList = keyof typeof PAGES

/** Lists in pages. Each page is its own snapshot, opened by the cursor of the previous one. */
export function listRoutes(app: FastifyInstance, inventory: Inventory, { hooks }: PageTurns): void {
  for (const list of Object.keys(PAGES) as PagedList[]) {
    const read = inventory[list] as (filter: object) => Promise<ListPage<unknown>>
    app.get(
      `/v1/${LISTS[list].path}`,
      { schema: schemaOfList(list, PAGES[list]), ...hooks },
      ({ query }) => read.call(inventory, query as object),
    )
  }
}

function schemaOfList(list: PagedList, page: Schema) {
  const { summary, filters, paged } = LISTS[list]
  const fields: Readonly<Record<string, Field>> = paged ? { ...filters, ...PAGING } : filters
  const querystring = object(querySchema(fields), { additionalProperties: false })
  return { operationId: list, summary, querystring, response: { 200: page } }
}

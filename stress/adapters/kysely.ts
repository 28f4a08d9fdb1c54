import { fromKysely } from 'holdfast/sql'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import type { Library, Order } from './order.ts'

interface Row {
  id: string
  hold: string
  qty: number
  total: string
  note: Order['note']
  placed_at: Date
  local_at: Date
  paid: boolean
  coupon: string | null
  tags: string[]
}

export function open(url: string): Library {
  const dialect = new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
  const db = new Kysely<{ orders: Row }>({ dialect })
  const inserted = (order: Order) => db.insertInto('orders').values(rowOf(order))
  return {
    write: (order) => inserted(order).execute(),
    insert: (order) => fromKysely(inserted(order)),
    insertMade: {
      'sql<string>`${made(…)}`': (order, { hold, placedAt }) =>
        fromKysely(
          db.insertInto('orders').values({
            ...rowOf(order),
            hold: sql<string>`${hold}`,
            placed_at: sql<Date>`${placedAt}`,
          }),
        ),
      'sql.val(made(…))': (order, { hold, placedAt }) =>
        fromKysely(
          db.insertInto('orders').values({
            ...rowOf(order),
            hold: sql.val(hold as never),
            placed_at: sql.val(placedAt as never),
          }),
        ),
      'made(…) as never': (order, { hold, placedAt }) =>
        fromKysely(
          db
            .insertInto('orders')
            .values({ ...rowOf(order), hold: hold as never, placed_at: placedAt as never })
            .compile(),
        ),
    },
    update: (id, hold) =>
      fromKysely(
        db
          .updateTable('orders')
          .set({ hold: sql<string>`${hold}` })
          .where('id', '=', id),
      ),
    close: () => db.destroy(),
  }
}

function rowOf({ placedAt, localAt, ...order }: Order): Row {
  return { ...order, placed_at: placedAt, local_at: localAt }
}

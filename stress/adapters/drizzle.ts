import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import * as pg from 'drizzle-orm/pg-core'
import { fromDrizzle } from 'holdfast/sql'
import type { Library, Order } from './order.ts'

const orders = pg.pgTable('orders', {
  id: pg.text('id').primaryKey(),
  hold: pg.text('hold').notNull(),
  qty: pg.integer('qty').notNull(),
  total: pg.numeric('total', { precision: 12, scale: 2 }).notNull(),
  note: pg.jsonb('note').$type<Order['note']>().notNull(),
  placedAt: pg.timestamp('placed_at', { withTimezone: true }).notNull(),
  localAt: pg.timestamp('local_at').notNull(),
  paid: pg.boolean('paid').notNull(),
  coupon: pg.text('coupon'),
  tags: pg.text('tags').array().notNull(),
})

export function open(url: string): Library {
  const db = drizzle(url)
  return {
    write: (order) => db.insert(orders).values(order),
    insert: (order) => fromDrizzle(db.insert(orders).values(order)),
    insertMade: {
      'sql`${made(…)}`': (order, { hold, placedAt }) =>
        fromDrizzle(
          db.insert(orders).values({ ...order, hold: sql`${hold}`, placedAt: sql`${placedAt}` }),
        ),
      'rendered by PgDialect': ({ id, ...order }, { hold, placedAt }) =>
        fromDrizzle(
          new pg.PgDialect().sqlToQuery(
            sql`INSERT INTO orders VALUES (${id}, ${hold}, ${order.qty}, ${order.total},
              ${JSON.stringify(order.note)}, ${placedAt}, ${order.localAt.toISOString()},
              ${order.paid}, ${order.coupon}, ${sql.param(order.tags)})`,
          ),
        ),
    },
    update: (id, hold) =>
      fromDrizzle(
        db
          .update(orders)
          .set({ hold: sql`${hold}` })
          .where(eq(orders.id, id)),
      ),
    close: () => db.$client.end(),
  }
}

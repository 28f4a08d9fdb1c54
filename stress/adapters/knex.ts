import { fromKnex } from 'holdfast/sql'
import knex from 'knex'
import type { Library, Order } from './order.ts'

export function open(url: string): Library {
  const db = knex({ client: 'pg', connection: url })
  return {
    write: async (order) => await db('orders').insert(rowOf(order)),
    insert: (order) => fromKnex(db('orders').insert(rowOf(order))),
    insertMade: {
      'made(…)': (order, { hold, placedAt }) =>
        fromKnex(db('orders').insert({ ...rowOf(order), hold, placed_at: placedAt })),
      'knex.raw("?", [made(…)])': (order, { hold, placedAt }) =>
        fromKnex(
          db('orders').insert({
            ...rowOf(order),
            hold: db.raw('?', [hold as never]),
            placed_at: db.raw('?', [placedAt as never]),
          }),
        ),
    },
    update: (id, hold) => fromKnex(db('orders').where({ id }).update({ hold })),
    close: () => db.destroy(),
  }
}

function rowOf({ placedAt, localAt, ...order }: Order): object {
  return { ...order, placed_at: placedAt, local_at: localAt }
}

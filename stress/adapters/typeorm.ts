import { fromTypeORM } from 'holdfast/sql'
import { DataSource, EntitySchema } from 'typeorm'
import type { Library, Order } from './order.ts'

const Orders = new EntitySchema<Order>({
  name: 'Order',
  tableName: 'orders',
  columns: {
    id: { type: 'text', primary: true },
    hold: { type: 'text' },
    qty: { type: 'integer' },
    total: { type: 'numeric', precision: 12, scale: 2 },
    note: { type: 'jsonb' },
    placedAt: { type: 'timestamptz', name: 'placed_at' },
    localAt: { type: 'timestamp', name: 'local_at' },
    paid: { type: 'boolean' },
    coupon: { type: 'text', nullable: true },
    tags: { type: 'text', array: true },
  },
})

export async function open(url: string): Promise<Library> {
  const db = new DataSource({ type: 'postgres', url, entities: [Orders] })
  await db.initialize()
  const into = () => db.createQueryBuilder().insert().into(Orders)
  return {
    write: (order) => into().values(order).execute(),
    insert: (order) => fromTypeORM(into().values(order)),
    insertMade: {
      "() => ':name', with setParameter": (order, { hold, placedAt }) =>
        fromTypeORM(
          into()
            .values({ ...order, hold: () => ':hold', placedAt: () => ':placedAt' })
            .setParameters({ hold, placedAt }),
        ),
      'made(…) as never, in a column of text': (order, { hold, placedAt }) =>
        fromTypeORM(
          into()
            .values({ ...order, hold: hold as never, placedAt: () => ':placedAt' })
            .setParameter('placedAt', placedAt),
        ),
    },
    update: (id, hold) =>
      fromTypeORM(
        db
          .createQueryBuilder()
          .update(Orders)
          .set({ hold: () => ':hold' })
          .where('id = :id', { id })
          .setParameter('hold', hold),
      ),
    close: () => db.destroy(),
  }
}

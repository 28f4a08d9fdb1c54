import { PrismaPg } from '@prisma/adapter-pg'
import { Decimal, getPrismaClient, sqltag as sql } from '@prisma/client/runtime/client'
import { fromPrisma } from 'holdfast/sql'
import type { Library, Order } from './order.ts'

/** The client that `prisma generate` would write, which downloads a program first: one without models. */
const PrismaClient = getPrismaClient({
  previewFeatures: [],
  clientVersion: '7.10.0',
  engineVersion: '',
  activeProvider: 'postgresql',
  inlineSchema: 'datasource db {\n  provider = "postgresql"\n}\n',
  runtimeDataModel: { models: {}, enums: {}, types: {} },
  parameterizationSchema: { strings: [], graph: Buffer.alloc(24).toString('base64') },
  compilerWasm: {
    getRuntime: () => import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs'),
    getQueryCompilerWasmModule: async () => {
      const { wasm } =
        await import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs')
      return new WebAssembly.Module(Buffer.from(wasm, 'base64'))
    },
    importName: './query_compiler_fast_bg.js',
  },
})

export function open(url: string): Library {
  const db = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) })
  const insert = (order: Order, hold: unknown, placedAt: unknown) =>
    sql`INSERT INTO orders VALUES (${order.id}, ${hold}, ${order.qty}, ${new Decimal(order.total)},
      ${order.note}, ${placedAt}, ${order.localAt}, ${order.paid}, ${order.coupon}, ${order.tags})`
  return {
    write: (order) => db.$executeRaw(insert(order, order.hold, order.placedAt)),
    insert: (order) => fromPrisma(insert(order, order.hold, order.placedAt)),
    insertMade: {
      'made(…)': (order, { hold, placedAt }) => fromPrisma(insert(order, hold, placedAt)),
    },
    update: (id, hold) => fromPrisma(sql`UPDATE orders SET hold = ${hold} WHERE id = ${id}`),
    close: () => db.$disconnect(),
  }
}

// Several processes on one PostgreSQL sell one product to more buyers than there are units. Then they do everything at
// once, with transfers in both directions. Every answer is compared with the trail.
//   npm run stress -- rush --processes 3 --units 5000 --buyers 20000 --operations 200000 --seed 1
import { rush } from '../packages/holdfast/test/postgres/support/rush.ts'
import { Shops } from '../packages/holdfast/test/postgres/support/shops.ts'
import { onPostgres, printBroken, printReport } from './on-postgres.mjs'
import { scriptArguments } from './script-arguments.mjs'

const { values } = scriptArguments(import.meta.filename, {
  processes: { type: 'string', default: '3' },
  units: { type: 'string', default: '5000' },
  buyers: { type: 'string', default: '20000' },
  operations: { type: 'string', default: '200000' },
  callers: { type: 'string', default: '64' },
  seed: { type: 'string', default: String(Date.now() % 100_000) },
})
const [processes, callers] = [Number(values.processes), Number(values.callers)]
await onPostgres(async (server) => {
  const units = Number(values.units)
  const orders = { url: server.url, processes, units, buyers: Number(values.buyers) }
  const sale = await rush({ ...orders, schema: 'rush' })
  console.log(
    `${units} units, ${values.buyers} buyers in ${processes} processes: sold ${sale.sold.join(' + ')}, ` +
      `${sale.refused} refused, ${Math.round(sale.ms)} ms`,
  )
  printBroken(sale.broken)

  const calls = Math.ceil(Number(values.operations) / processes / callers)
  const shops = new Shops({ url: server.url, schema: 'shops', callers, calls }, Number(values.seed))
  const began = performance.now()
  await Promise.all(Array.from({ length: processes }, () => shops.open()))
  await shops.closed()
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(
    `seed ${values.seed}: ${calls * callers * processes} operations in ${seconds} s; checking them now`,
  )
  const report = await shops.check(server.url)
  printReport(report)
})

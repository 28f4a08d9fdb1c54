// A sale with the shop's own orders, in the long setting of its test, at different moments each time: processes are
// killed, PostgreSQL crashes.
//   npm run stress -- sale
import { LONG_SALE, sale } from '../packages/holdfast/test/postgres/support/sale.ts'
import { onPostgres, printBroken } from './on-postgres.mjs'
import { scriptArguments } from './script-arguments.mjs'

scriptArguments(import.meta.filename, {})
await onPostgres(async (server) => {
  for (let round = 0; round < 5; round++) {
    const seed = (Date.now() + round) % 100_000
    const report = await sale(server, { ...LONG_SALE, schema: `sale_${seed}`, seed })
    const { sold, seen, ms, broken } = report
    console.log(`seed ${seed}: ${sold} sold in ${Math.round(ms)} ms, ${seen} entries seen`)
    printBroken(broken)
  }
})

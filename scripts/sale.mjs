// A sale with the shop's own orders, in the long setting of its test, with other moments each time: processes are killed,
// PostgreSQL crashes.
//   npm run stress -- sale
import { LONG_SALE, sale } from '../packages/holdfast/test/postgres/sale.ts'
import { Server } from '../packages/holdfast/test/postgres/server.ts'
import { scriptArguments } from './script-arguments.mjs'

scriptArguments(import.meta.filename, {})
const server = await Server.start()
if (server === null) throw new Error('there is no PostgreSQL for this machine')
let failed = 0
try {
  for (let round = 0; round < 5; round++) {
    const seed = (Date.now() + round) % 100_000
    const report = await sale(server, { ...LONG_SALE, schema: `sale_${seed}`, seed })
    const { sold, seen, ms, broken } = report
    console.log(`seed ${seed}: ${sold} sold in ${Math.round(ms)} ms, ${seen} entries seen`)
    for (const line of broken.slice(0, 20)) console.log(`  ${line}`)
    failed += broken.length
  }
} finally {
  await server.stop()
}
console.log(failed === 0 ? 'ok' : `BROKEN: ${failed}`)
process.exitCode = failed === 0 ? 0 : 1

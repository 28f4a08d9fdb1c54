// A shop of several processes on a PostgreSQL with a synchronous standby. The primary dies repeatedly, and the standby
// takes its place. Everything acknowledged must be there, once.
//   npm run stress -- failover --failovers 5 --seed 1
import { failOver } from '../packages/holdfast/test/postgres/support/failover.ts'
import { printReport } from './on-postgres.mjs'
import { scriptArguments } from './script-arguments.mjs'

const { values } = scriptArguments(import.meta.filename, {
  failovers: { type: 'string', default: '5' },
  processes: { type: 'string', default: '2' },
  callers: { type: 'string', default: '24' },
  calls: { type: 'string' },
  seed: { type: 'string', default: String(Date.now() % 100_000) },
})
const [failovers, seed] = [Number(values.failovers), Number(values.seed)]
console.log(`${failovers} failovers, seed ${seed}`)
const report = await failOver({
  failovers,
  seed,
  processes: Number(values.processes),
  callers: Number(values.callers),
  calls: Number(values.calls ?? 100 + failovers * 120),
  onFailover: (number) => console.log(`failover ${number}`),
})
printReport(report)

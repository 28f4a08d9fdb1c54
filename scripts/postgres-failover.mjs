// A shop of several processes on a PostgreSQL with a synchronous standby. The primary dies again and
// again, and the standby takes its place; all that was acknowledged has to be there, once.
//   npm run stress -- failover --failovers 5 --seed 1
import { failOver } from '../packages/holdfast/test/postgres/failover.ts'
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
console.log(
  `${report.acknowledged} acknowledged (${report.refused} refused), ${report.unknown} unanswered sent again, ` +
    `${report.reads} reads, ${report.bought} with an order, entry ${report.seq}; failures told: ${JSON.stringify(report.failures)}`,
)
for (const line of report.broken.slice(0, 20)) console.log(`  ${line}`)
console.log(report.broken.length === 0 ? 'ok' : `BROKEN: ${report.broken.length}`)
if (report.broken.length > 0) process.exitCode = 1

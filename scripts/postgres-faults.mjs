// A shop of several processes on one PostgreSQL, to which faults happen: it crashes, its backends are
// ended, connections are cut before, while and after COMMIT, processes are killed. All that was
// acknowledged has to be there, once.
//   npm run stress -- faults --faults 30 --seed 1
//   npm run stress -- faults --held        and a network that swallows everything for half a minute
//   npm run stress -- faults --processes 1 --callers 400 --calls 400     one that goes ahead of its turn
import { FAULTS, underFaults } from '../packages/holdfast/test/postgres/faults.ts'
import { Server } from '../packages/holdfast/test/postgres/server.ts'
import { dice } from '../packages/holdfast/src/testing/dice.ts'
import { scriptArguments } from './script-arguments.mjs'

const { values } = scriptArguments(import.meta.filename, {
  faults: { type: 'string', default: '30' },
  held: { type: 'boolean', default: false },
  processes: { type: 'string', default: '3' },
  callers: { type: 'string', default: '24' },
  calls: { type: 'string' },
  seed: { type: 'string', default: String(Date.now() % 100_000) },
})
const [count, seed] = [Number(values.faults), Number(values.seed)]
const draw = dice(seed)
/** @type {import('../packages/holdfast/test/postgres/faults.ts').Fault[]} */
const faults = Array.from({ length: count }, () => draw.pick(FAULTS))
if (values.held) faults.push('wires held')

const server = await Server.start()
if (server === null) throw new Error('there is no PostgreSQL for this machine')
try {
  console.log(`${faults.length} faults, seed ${seed}`)
  const report = await underFaults(server, 'shop', {
    faults,
    seed,
    processes: Number(values.processes),
    callers: Number(values.callers),
    calls: Number(values.calls ?? 100 + count * 15),
    onFault: (fault, index) => console.log(`fault ${index + 1}: ${fault}`),
  })
  console.log(
    `${report.acknowledged} acknowledged (${report.refused} refused), ${report.unknown} unanswered sent again, ` +
      `${report.reads} reads, ${report.bought} with an order, entry ${report.seq}; failures told: ${JSON.stringify(report.failures)}`,
  )
  for (const line of report.broken.slice(0, 20)) console.log(`  ${line}`)
  console.log(report.broken.length === 0 ? 'ok' : `BROKEN: ${report.broken.length}`)
  if (report.broken.length > 0) process.exitCode = 1
} finally {
  await server.stop()
}

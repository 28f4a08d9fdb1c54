// A shop of several processes on one PostgreSQL with faults: it crashes, its backends are terminated, connections are
// cut before, during and after COMMIT, processes are killed. Everything acknowledged must be there, once.
//   npm run stress -- faults --faults 30 --seed 1
//   npm run stress -- faults --held        also a network that drops everything for half a minute
//   npm run stress -- faults --processes 1 --callers 400 --calls 400     a process that sends before it has the lock
import { FAULTS, underFaults } from '../packages/holdfast/test/postgres/support/faults.ts'
import { dice } from '../packages/holdfast/src/testing/dice.ts'
import { onPostgres, printReport } from './on-postgres.mjs'
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
/** @type {import('../packages/holdfast/test/postgres/support/faults.ts').Fault[]} */
const faults = Array.from({ length: count }, () => draw.pick(FAULTS))
if (values.held) faults.push('wires held')

await onPostgres(async (server) => {
  console.log(`${faults.length} faults, seed ${seed}`)
  const report = await underFaults(server, 'shop', {
    faults,
    seed,
    processes: Number(values.processes),
    callers: Number(values.callers),
    calls: Number(values.calls ?? 100 + count * 15),
    onFault: (fault, index) => console.log(`fault ${index + 1}: ${fault}`),
  })
  printReport(report)
})

// A shop of several processes on one PostgreSQL, to which faults happen: it crashes, its backends are
// ended, connections are cut before, while and after COMMIT, processes are killed. All that was
// acknowledged has to be there, once.
//   npm run stress -- faults --faults 30 --seed 1
//   npm run stress -- faults --held        and a network that swallows everything for half a minute
//   npm run stress -- faults --processes 1 --callers 400 --calls 400     one that goes ahead of its turn
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

// A separate program, which runs the library as it is published: proves an inventory several times, as a service does
// that is asked to, and says of each proof what it took.
//   node proofs.ts sqlite FILE
//   node proofs.ts postgres URL SCHEMA
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import { peakMiB } from './peak.ts'

/** What one proof of the process took. */
export interface Proof {
  readonly seq: number
  readonly ms: number
  /** Processor time in µs: of the main thread, and of all others. */
  readonly here: number
  readonly elsewhere: number
  /** Of the process until then. */
  readonly peakMiB: number
}

/** By then V8 has compiled what runs often. */
const PROOFS = 3

const [kind, place, schema] = process.argv.slice(2)
const store =
  kind === 'sqlite' ? sqlite({ path: place! }) : postgres({ connectionString: place!, schema })
const shop = await openInventory({ store, readOnly: true })
const { seq } = await shop.head()
const proofs: Proof[] = []
while (proofs.length < PROOFS) {
  const [thread, all] = [process.threadCpuUsage(), process.cpuUsage()]
  const start = performance.now()
  const verdict = await shop.verify()
  const ms = performance.now() - start
  if (!verdict.ok) throw new Error(`the trail does not hold: ${verdict.fault.message}`)
  const here = total(process.threadCpuUsage(thread))
  const elsewhere = total(process.cpuUsage(all)) - here
  proofs.push({ seq, ms, here, elsewhere, peakMiB: peakMiB() })
}
await shop.close()
console.log(JSON.stringify(proofs))

function total({ user, system }: NodeJS.CpuUsage): number {
  return user + system
}

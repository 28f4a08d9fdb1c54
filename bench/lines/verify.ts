import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { InventoryOptions } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { sqlite } from 'holdfast/sqlite'
import { inFlight } from '../measure/callers.ts'
import type { Bench, Line } from '../measure/line.ts'
import { onDatabase } from '../measure/postgres.ts'
import type { Proof } from '../measure/proofs.ts'
import { alternate } from '../measure/rounds.ts'
import { fill, openShop, productIds, reserveOf } from '../measure/shop.ts'
import { atLeast, rowOf, spread, type Goal, type Row } from '../measure/table.ts'

const ROOT = join(import.meta.dirname, '../..')
const PROOFS = fileURLToPath(new URL('../measure/proofs.ts', import.meta.url))

const LEVELS = 10_000
/** Of two and a half entries each. With those of the levels a million entries. */
const RESERVATIONS = 396_000
const OWNERS = 50_000

/** Proving the whole log, and every row of the state from it. */
export const verify: Line = {
  name: 'verify',
  async measure(bench) {
    const path = join(bench.folder, 'ours.db')
    await grow(bench, sqlite({ path }))
    return proved(bench, 'SQLite', ['sqlite', path], atLeast(700_000))
  },
}

export const postgresVerify: Line = {
  name: 'postgres-verify',
  measure: (bench) =>
    onDatabase(async ({ url, schema }) => {
      await grow(bench, postgres({ connectionString: url, schema }))
      return proved(bench, 'PostgreSQL', ['postgres', url, schema])
    }),
}

async function grow(bench: Bench, store: InventoryOptions['store']): Promise<void> {
  const shop = await openShop(store)
  await fill(shop, LEVELS)
  const products = productIds(LEVELS)
  await inFlight(1024, bench.operations(RESERVATIONS), async (index) => {
    const reserved = {
      ...reserveOf(products[(index * 7919) % LEVELS]!),
      owner: `c${index % OWNERS}`,
    }
    const { id: reservationId } = await shop.reserve(reserved)
    if (index % 4 === 0) return shop.release({ reservationId })
    if (index % 4 === 3) return shop.extend({ reservationId, ttlMs: 2 * reserved.ttlMs })
    await shop.confirm({ reservationId })
    return shop.ship({ reservationId })
  })
  await shop.close()
}

/** Proves in new processes, of the built library: the heap and the compiled code of what filled it would cost a fifth. */
async function proved(
  bench: Bench,
  name: string,
  place: readonly string[],
  goal: Goal | null = null,
): Promise<Row[]> {
  execFileSync(process.execPath, [join(ROOT, 'scripts/build.mjs'), 'holdfast'], { cwd: ROOT })
  const processes: Proof[][] = []
  await alternate(Math.min(bench.rounds, 5), [
    () => {
      const said = execFileSync(process.execPath, [PROOFS, ...place], { encoding: 'utf8' })
      return processes.push(JSON.parse(said) as Proof[])
    },
  ])
  // The first process does not count.
  const nth = (index: number): Proof[] => processes.slice(1).map((proofs) => proofs[index]!)
  return [
    proofRow(`${name}, verify, first of a process`, nth(0), null),
    proofRow(`${name}, verify, third`, nth(2), goal),
  ]
}

function proofRow(title: string, proofs: readonly Proof[], goal: Goal | null): Row {
  const median = (of: (proof: Proof) => number): number => spread(proofs.map(of)).median
  const here = median((one) => one.here / one.seq)
  const elsewhere = median((one) => one.elsewhere / one.seq)
  const notes = [
    `${proofs[0]!.seq.toLocaleString('en')} entries`,
    `CPU ${here.toFixed(1)} + ${elsewhere.toFixed(1)} µs in other threads`,
    `peak ${median((one) => one.peakMiB).toFixed(0)} MiB`,
  ]
  const ours = proofs.map(({ seq, ms }) => (seq * 1000) / ms)
  return rowOf({ title, unit: 'entries/s', ours, goal, notes })
}

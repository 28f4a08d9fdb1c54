import { postgres } from 'holdfast/postgres'
import { ByHand } from '../against/by-hand.ts'
import { LatencyRecorder, timedInFlight, type Calls } from '../measure/callers.ts'
import type { Bench, Line } from '../measure/line.ts'
import { openDatabase } from '../measure/postgres.ts'
import { alternate } from '../measure/rounds.ts'
import { fill, openShop, productId } from '../measure/shop.ts'
import { ShopProcesses } from '../measure/shop-processes.ts'
import { atLeast, rowOf, type Row } from '../measure/table.ts'
import { randomPicks, runWorkload, timeOrderedKeys } from '../measure/workload.ts'

/** Concurrent clients that write by hand: more are no faster. */
const CLIENTS = 64
const PROCESSES = 3

interface Wanted {
  readonly what: string
  readonly levels: number
  readonly keyed: boolean
  /** For one process with 1,024 waiting. */
  readonly goal: number
}

const RANDOM: Wanted = { what: 'random products', levels: 10_000, keyed: false, goal: 20 }
const HOT: Wanted = { what: 'one hot product', levels: 1, keyed: false, goal: 60 }
const KEYS = { keyed: true, what: 'a key on every command' }

export const postgresLines: readonly Line[] = [
  line('postgres', RANDOM),
  line('postgres-hot', HOT),
  line('postgres-keys', { ...RANDOM, ...KEYS, what: `random products, ${KEYS.what}` }),
  line('postgres-hot-keys', { ...HOT, ...KEYS, what: `one hot product, ${KEYS.what}` }),
]

/** The engine against a hand-written transaction per reserve, on the same server. */
function line(name: string, wanted: Wanted): Line {
  return {
    name,
    measure: async (bench) => [
      ...(await measure(bench, wanted, 1)),
      // Measured alone: processes in the background listen and sweep, and would slow this one down.
      ...(await measure(bench, wanted, PROCESSES)),
    ],
  }
}

async function measure(bench: Bench, wanted: Wanted, processes: number): Promise<Row[]> {
  const database = await openDatabase()
  if (database === null) return []
  const { url, schema } = database
  const { levels, keyed } = wanted
  const shop = await openShop(postgres({ connectionString: url, schema }))
  await fill(shop, levels)
  if (processes > 1) await shop.close()
  const shops = processes > 1 ? await ShopProcesses.open(database, processes) : null
  const bare = await ByHand.open(url, `${schema}_bare`, levels, CLIENTS)
  let seed = 1
  const ours = (callers: number, total: number): LatencyRecorder =>
    new LatencyRecorder(() => {
      const share = { callers, total: bench.operations(total) }
      const workload = { ...share, levels, keyed, seed: (seed += 10) }
      return shops === null ? runWorkload(shop, workload) : shops.run(workload)
    })
  const byHand = new LatencyRecorder(() =>
    reserveByHand(bare, bench.operations(levels === 1 ? 2_000 : 6_000), wanted),
  )
  const recorders = [ours(64, 15_000), ours(1024, 60_000)]
  const [bareSpeeds, ...speeds] = await alternate(
    bench.rounds,
    [byHand, ...recorders].map(({ round }) => round),
  )
  await bare.close()
  await (shops ?? shop).close()
  await database.remove()
  const where = processes > 1 ? ` in ${processes} processes` : ''
  return recorders.map(({ latency }, index) =>
    rowOf({
      title: `PostgreSQL, ${['64', '1,024'][index]!} waiting${where}, ${wanted.what}`,
      ours: speeds[index]!,
      bare: bareSpeeds!,
      goal: index === 1 && processes === 1 ? atLeast(wanted.goal) : null,
      notes: [`${latency}, against ${byHand.latency} by hand with ${CLIENTS} clients`],
    }),
  )
}

function reserveByHand(bare: ByHand, total: number, { levels, keyed }: Wanted): Promise<Calls> {
  const picks = randomPicks(total, levels)
  const keys = keyed ? timeOrderedKeys(total) : []
  return timedInFlight(CLIENTS, total, (index) =>
    bare.reserve({ productId: productId(picks[index]!), key: keys[index] }),
  )
}

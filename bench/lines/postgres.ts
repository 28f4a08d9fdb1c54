import { postgres } from 'holdfast/postgres'
import { ByHand } from '../bare/postgres-by-hand.ts'
import type { Bench, Line } from '../bench.ts'
import { chances } from '../chance.ts'
import { inTurn, ratios } from '../compare.ts'
import { timedInFlight } from '../in-flight.ts'
import { postgresPlace } from '../postgres-place.ts'
import { PostgresShops } from '../postgres-shops.ts'
import { reserveMany, type Reserved } from '../reserving.ts'
import { atLeast, spread, type Row } from '../row.ts'
import { fill, openShop, productId, TTL_MS } from '../shop.ts'
import { timeOrderedKeys } from '../time-ordered-key.ts'
import { Way } from '../way.ts'

/** How many write by hand at once: more of them are no faster. */
const CLIENTS = 64
const PROCESSES = 3

interface Wanted {
  readonly what: string
  readonly levels: number
  readonly keyed: boolean
  /** Of one process with 1,024 waiting. */
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

/** Ours against a transaction per reserve, written by hand, on the same server. */
function line(name: string, wanted: Wanted): Line {
  return {
    name,
    measure: async (bench) => [
      ...(await measure(bench, wanted, 1)),
      // By themselves: processes in the background listen and sweep, and cost the one its speed.
      ...(await measure(bench, wanted, PROCESSES)),
    ],
  }
}

async function measure(bench: Bench, wanted: Wanted, processes: number): Promise<Row[]> {
  const place = await postgresPlace()
  if (place === null) return []
  const { url, schema } = place
  const { levels, keyed } = wanted
  const shop = await openShop(postgres({ connectionString: url, schema }))
  await fill(shop, levels)
  if (processes > 1) await shop.close()
  const shops = processes > 1 ? await PostgresShops.open(place, processes) : null
  const bare = await ByHand.open(url, `${schema}_bare`, levels, CLIENTS)
  let seed = 1
  const ours = (callers: number, total: number): Way =>
    new Way(() => {
      const reserving = {
        ...{ callers, total: bench.operations(total), levels, keyed },
        seed: (seed += 10),
      }
      return shops === null ? reserveMany(shop, reserving) : shops.reserveMany(reserving)
    })
  const byHand = new Way(() =>
    reserveByHand(bare, bench.operations(levels === 1 ? 2_000 : 6_000), wanted),
  )
  const ways = [ours(64, 15_000), ours(1024, 60_000)]
  const [bareSpeeds, ...speeds] = await inTurn(
    bench.rounds,
    [byHand, ...ways].map(({ round }) => round),
  )
  await bare.close()
  await (shops ?? shop).close()
  await place.leave()
  const where = processes > 1 ? ` in ${processes} processes` : ''
  return ways.map((way, index) => ({
    title: `PostgreSQL, ${['64', '1,024'][index]!} waiting${where}, ${wanted.what}`,
    unit: 'op/s',
    ours: spread(speeds[index]!),
    bare: spread(bareSpeeds!),
    ratio: ratios(speeds[index]!, bareSpeeds!),
    goal: index === 1 && processes === 1 ? atLeast(wanted.goal) : null,
    notes: [`${way.latency}, against ${byHand.latency} by hand with ${CLIENTS} clients`],
  }))
}

function reserveByHand(bare: ByHand, total: number, { levels, keyed }: Wanted): Promise<Reserved> {
  const picks = chances(total, levels)
  const keys = keyed ? timeOrderedKeys(total) : []
  return timedInFlight(CLIENTS, total, (index) =>
    bare.reserve({ productId: productId(picks[index]!), ttlMs: TTL_MS, key: keys[index] }),
  )
}

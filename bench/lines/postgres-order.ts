import { AlsoFailedError, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { made } from 'holdfast/sql'
import { Client } from 'pg'
import { ByHand, ORDER, ORDERS } from '../against/by-hand.ts'
import { LatencyRecorder, timedInFlight } from '../measure/callers.ts'
import type { Bench, Line } from '../measure/line.ts'
import { ask, openDatabase } from '../measure/postgres.ts'
import { alternate } from '../measure/rounds.ts'
import { fill, openShop, productId, reserveOf } from '../measure/shop.ts'
import { atLeast, rowOf, type Goal, type Row } from '../measure/table.ts'
import { randomPicks } from '../measure/workload.ts'

/** Concurrent clients that write by hand. */
const CLIENTS = 64

export const postgresOrders: readonly Line[] = [
  line('postgres-order', 'random products', 10_000, 8),
  line('postgres-order-hot', 'one hot product', 1, 30),
]

/** An order's row and its hold in one commit, against both by hand in one transaction on the same server. */
function line(name: string, what: string, levels: number, goal: number): Line {
  return { name, measure: (bench) => measure(bench, what, levels, goal) }
}

async function measure(bench: Bench, what: string, levels: number, goal: number): Promise<Row[]> {
  const database = await openDatabase()
  if (database === null) return []
  const { url, schema } = database
  const own = `${schema}_orders`
  await ask(url, `CREATE SCHEMA ${own}; SET search_path = ${own}; ${ORDERS}`)
  const shop = await openShop(postgres({ connectionString: url, schema }))
  await fill(shop, levels)
  const bare = await ByHand.open(url, `${schema}_bare`, levels, CLIENTS)
  const clients = new Clients(await connected(url))
  const text = ORDER.replace('orders', `${own}.orders`)
  let seed = 1
  let order = 0
  const recorder = (callers: number, total: number, buy: Buy): LatencyRecorder =>
    new LatencyRecorder(() => {
      const picks = randomPicks(bench.operations(total), levels, (seed += 10))
      return timedInFlight(callers, picks.length, (index) =>
        buy(productId(picks[index]!), `O-${++order}`),
      )
    })
  const carried = carrying(shop, text)
  const hand = levels === 1 ? 1_500 : 5_000
  const byHand = recorder(CLIENTS, hand, (product, id) =>
    bare.reserve({ productId: product, order: id }),
  )
  const apart: Buy = async (product, id) => {
    const hold = await shop.reserve(reserveOf(product))
    await clients.run(text, [id, product, 'customer', 1, hold.id])
  }
  const failing: Buy = async (product, id) => {
    // Every hundredth uses an id that is already taken.
    await carried(product, order % 100 === 0 ? 'O-1' : id).catch(mustBeTaken)
  }
  const sides: readonly { title: string; calls: LatencyRecorder; goal: Goal | null }[] = [
    { title: '64 callers', calls: recorder(64, 15_000, carried), goal: null },
    { title: '512 callers', calls: recorder(512, 30_000, carried), goal: atLeast(goal) },
    { title: '512 callers, one in 100 fails', calls: recorder(512, 30_000, failing), goal: null },
    { title: 'hold, then row, 64 callers', calls: recorder(64, 10_000, apart), goal: null },
  ]
  const [bareSpeeds, ...speeds] = await alternate(
    bench.rounds,
    [byHand, ...sides.map(({ calls }) => calls)].map(({ round }) => round),
  )
  await Promise.all([bare.close(), clients.close()])
  await shop.close()
  await database.remove()
  return sides.map(({ title, calls, goal: own }, index) =>
    rowOf({
      title: `PostgreSQL, an order and its hold, ${title}, ${what}`,
      ours: speeds[index]!,
      bare: bareSpeeds!,
      goal: own,
      notes: [`${calls.latency}, against ${byHand.latency} by hand with ${CLIENTS} clients`],
    }),
  )
}

type Buy = (product: string, order: string) => Promise<unknown>

function carrying(shop: Inventory, text: string): Buy {
  const id = made('reservationId')
  return (product, order) =>
    shop.reserve(reserveOf(product), {
      also: [{ text, values: [order, product, 'customer', 1, id] }],
    })
}

function mustBeTaken(error: unknown): void {
  if (error instanceof AlsoFailedError && error.details.sqlState === '23505') return
  throw error
}

function connected(url: string): Promise<Client[]> {
  const clients = Array.from({ length: CLIENTS }, async () => {
    const client = new Client({ connectionString: url })
    await client.connect()
    return client
  })
  return Promise.all(clients)
}

/** The shop's own connections. There must be no more concurrent callers than connections. */
class Clients {
  readonly #free: Client[]

  constructor(clients: Client[]) {
    this.#free = clients
  }

  async run(text: string, values: unknown[]): Promise<void> {
    const client = this.#free.pop()!
    await client.query({ name: 'order', text, values })
    this.#free.push(client)
  }

  async close(): Promise<void> {
    await Promise.all(this.#free.map((client) => client.end()))
  }
}

import { AlsoFailedError, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { made } from 'holdfast/sql'
import { Client } from 'pg'
import { ByHand, ORDER, ORDERS } from '../bare/postgres-by-hand.ts'
import type { Bench, Line } from '../bench.ts'
import { chances } from '../chance.ts'
import { inTurn, ratios } from '../compare.ts'
import { timedInFlight } from '../in-flight.ts'
import { ask, postgresPlace } from '../postgres-place.ts'
import { atLeast, spread, type Goal, type Row } from '../row.ts'
import { fill, openShop, productId, reserveOf, TTL_MS } from '../shop.ts'
import { Way } from '../way.ts'

/** How many write by hand at once. */
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
  const place = await postgresPlace()
  if (place === null) return []
  const { url, schema } = place
  const own = `${schema}_orders`
  await ask(url, `CREATE SCHEMA ${own}; SET search_path = ${own}; ${ORDERS}`)
  const shop = await openShop(postgres({ connectionString: url, schema }))
  await fill(shop, levels)
  const bare = await ByHand.open(url, `${schema}_bare`, levels, CLIENTS)
  const clients = new Clients(await connected(url))
  const text = ORDER.replace('orders', `${own}.orders`)
  let seed = 1
  let order = 0
  const way = (callers: number, total: number, buy: Buy): Way =>
    new Way(() => {
      const picks = chances(bench.operations(total), levels, (seed += 10))
      return timedInFlight(callers, picks.length, (index) =>
        buy(productId(picks[index]!), `O-${++order}`),
      )
    })
  const carried = carrying(shop, text)
  const hand = levels === 1 ? 1_500 : 5_000
  const byHand = way(CLIENTS, hand, (product, id) =>
    bare.reserve({ productId: product, ttlMs: TTL_MS, order: id }),
  )
  const apart: Buy = async (product, id) => {
    const hold = await shop.reserve(reserveOf(product))
    await clients.run(text, [id, product, 'customer', 1, hold.id])
  }
  const failing: Buy = async (product, id) => {
    // Every hundredth has a number that is taken.
    await carried(product, order % 100 === 0 ? 'O-1' : id).catch(mustBeTaken)
  }
  const ways: readonly { title: string; way: Way; goal: Goal | null }[] = [
    { title: '64 callers', way: way(64, 15_000, carried), goal: null },
    { title: '512 callers', way: way(512, 30_000, carried), goal: atLeast(goal) },
    { title: '512 callers, one in 100 fails', way: way(512, 30_000, failing), goal: null },
    { title: 'hold, then row, 64 callers', way: way(64, 10_000, apart), goal: null },
  ]
  const [bareSpeeds, ...speeds] = await inTurn(
    bench.rounds,
    [byHand, ...ways.map((one) => one.way)].map(({ round }) => round),
  )
  await Promise.all([bare.close(), clients.close()])
  await shop.close()
  await place.leave()
  return ways.map(({ title, way: one, goal: own }, index) => ({
    title: `PostgreSQL, an order and its hold, ${title}, ${what}`,
    unit: 'op/s',
    ours: spread(speeds[index]!),
    bare: spread(bareSpeeds!),
    ratio: ratios(speeds[index]!, bareSpeeds!),
    goal: own,
    notes: [`${one.latency}, against ${byHand.latency} by hand with ${CLIENTS} clients`],
  }))
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

/** The shop's own connections: no more callers at once than there are. */
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

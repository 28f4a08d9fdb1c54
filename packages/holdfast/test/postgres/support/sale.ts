import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openInventory, type Inventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { dice, type Dice } from 'holdfast/testing'
import { LAMPS, makeOrders, misbought, readPurchases } from './bought.ts'
import type { Server } from './server.ts'
import { until } from './until.ts'

const CHILD = join(import.meta.dirname, 'sale-child.ts')

export interface Sale {
  readonly schema: string
  readonly units: number
  readonly buyers: number
  /** Each is killed once, while units are left. */
  readonly processes: number
  /** Concurrent buyers in each process. */
  readonly callers: number
  readonly seed: number
}

export const LONG_SALE = { units: 1_000, buyers: 5_000, processes: 3, callers: 100 } as const

export interface ChildOrders {
  readonly url: string
  readonly schema: string
  /** Where it records what its buyers were told. */
  readonly file: string
  readonly buyers: readonly string[]
  readonly callers: number
}

export interface SaleReport {
  readonly sold: number
  /** Entries delivered to a consumer that runs meanwhile. */
  readonly seen: number
  readonly ms: number
  readonly broken: readonly string[]
}

/**
 * More buyers than units, each with an order in a table of the shop's own. Every process is killed once and started
 * again, and PostgreSQL crashes between the first kill and the last.
 */
export async function sale(server: Server, plan: Sale): Promise<SaleReport> {
  const { schema, units, buyers, processes, callers, seed } = plan
  const { url } = server
  const draw = dice(seed)
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-sale-'))
  await makeOrders(url, schema)
  await using inventory = await openInventory({
    store: postgres({ connectionString: url, schema }),
    warehouses: [{ id: LAMPS.warehouseId, name: 'Los Angeles' }],
    onWarning: () => undefined,
  })
  const seen: number[] = []
  await inventory.consume({ name: 'beside' }, ({ seq }) => void seen.push(seq))
  await inventory.addStock({ ...LAMPS, qty: units, source: 'SUPPLIER' })
  const all = Array.from({ length: buyers }, (_, index) => `${index}`)
  const children = Array.from({ length: processes }, (_, index) => {
    const own = all.filter((_buyer, at) => at % processes === index)
    return new Child({ url, schema, file: join(folder, `${index}`), buyers: own, callers })
  })
  const began = performance.now()
  for (const child of children) child.start()
  await killEach(server, children, units, draw)
  const broken = (await Promise.all(children.map((child) => child.end()))).flat()
  const ms = performance.now() - began
  const lines = children.flatMap(({ orders }) => readPurchases(orders.file))
  broken.push(...(await misbought(inventory, { url, schema, lines })))
  broken.push(...(await faultsOf(inventory, seen, units)))
  const { held } = await inventory.stock(LAMPS)
  const told = new Set(lines.map(({ order }) => order)).size
  if (told !== buyers) broken.push(`${told} buyers of ${buyers} were answered`)
  if (broken.length === 0) rmSync(folder, { recursive: true })
  return { sold: held, seen: new Set(seen).size, ms, broken }
}

async function killEach(
  server: Server,
  children: readonly Child[],
  units: number,
  draw: Dice,
): Promise<void> {
  const share = units / children.length
  const crashAfter = draw.below(children.length - 1)
  const plans = children.map((child) => ({
    child,
    // It is killed after this many answers, so that units are left for its successor.
    answers: Math.ceil(share * (0.1 + draw.below(50) / 100)),
  }))
  // Independently: while the server is down, another one may be done.
  const killed = plans.map(async ({ child, answers }, index) => {
    await until(() => child.hasTold(answers), 60_000)
    await child.kill()
    child.start()
    if (index !== crashAfter) return
    await server.down()
    await server.up()
  })
  await Promise.all(killed)
}

async function faultsOf(
  inventory: Inventory,
  seen: readonly number[],
  units: number,
): Promise<string[]> {
  const broken: string[] = []
  const { seq } = await inventory.head()
  await until(() => seen.includes(seq), 60_000)
  const missing = Array.from({ length: seq }, (_, at) => at + 1).filter((at) => !seen.includes(at))
  if (missing.length > 0) broken.push(`entries ${missing.join()} were not seen`)
  const { held, available } = await inventory.stock(LAMPS)
  if (held !== units || available !== 0)
    broken.push(`${held} are held and ${available} available, of ${units}`)
  const verdict = await inventory.verify()
  if (!verdict.ok) broken.push(`verify: ${JSON.stringify(verdict.fault)}`)
  return broken
}

/** A line of its record is at least this long. */
const LINE = '{"order":"1","hold":"00000000-0000-0000-0000-000000000000"}'.length

/** A process of buyers that can be restarted. */
class Child {
  readonly orders: ChildOrders
  #process: ChildProcess | null = null
  #gone: Promise<void> = Promise.resolve()
  readonly #broken: string[] = []

  constructor(orders: ChildOrders) {
    this.orders = orders
  }

  start(): void {
    const args = ['--conditions=source', CHILD, JSON.stringify(this.orders)]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
    this.#process = child
    this.#gone = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        if (code !== 0 && signal !== 'SIGKILL') this.#broken.push(`a process ended with ${code}`)
        resolve()
      })
    })
  }

  hasTold(answers: number): boolean {
    const file = statSync(this.orders.file, { throwIfNoEntry: false })
    return file !== undefined && file.size >= answers * LINE
  }

  async kill(): Promise<void> {
    const isGone = this.#process!.exitCode !== null
    if (isGone) this.#broken.push('a process was done before it was killed')
    this.#process!.kill('SIGKILL')
    await this.#gone
  }

  /** What went wrong, once it is done. */
  async end(): Promise<readonly string[]> {
    await this.#gone
    return this.#broken
  }
}

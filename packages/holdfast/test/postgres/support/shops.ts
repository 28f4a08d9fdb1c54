import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { Journal } from '../../crash/support/journal.ts'
import { PromiseKeeper } from '../../crash/support/promises.ts'
import { makeOrders, misbought, readPurchases } from './bought.ts'
import { disagreements, Times } from './witness.ts'

const CHILD = join(import.meta.dirname, 'shop-child.ts')

export interface Orders {
  readonly url: string
  readonly schema: string
  readonly folder: string
  readonly callers: number
  /** Of each caller, or more until they are let end. */
  readonly calls: number
}

export interface Report {
  readonly acknowledged: number
  readonly refused: number
  /** Commands without an answer, sent again at the end; and the errors that callers got. */
  readonly unknown: number
  readonly failures: Readonly<Record<string, number>>
  readonly reads: number
  /** Units bought together with a row of the shop's own. Refusals because of the statements are not failures. */
  readonly bought: number
  readonly seq: number
  readonly broken: readonly string[]
}

/** Several processes of one shop on one database. */
export class Shops {
  readonly #orders: Orders
  readonly #running = new Map<number, ChildProcess>()
  readonly #ends: Promise<void>[] = []
  readonly #crashes: string[] = []
  #seed: number
  #tables: Promise<void> | null = null

  constructor(orders: Omit<Orders, 'folder'>, seed: number) {
    this.#orders = { ...orders, folder: mkdtempSync(join(tmpdir(), 'holdfast-shops-')) }
    this.#seed = seed * 1000
  }

  /** Opens one more; resolves once it serves. */
  async open(): Promise<void> {
    await (this.#tables ??= makeOrders(this.#orders.url, this.#orders.schema))
    const seed = ++this.#seed
    const args = ['--conditions=source', CHILD, JSON.stringify({ ...this.#orders, seed })]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#running.set(seed, child)
    const end = new Promise<void>((resolve) => {
      child.once('exit', (code, signal) => {
        this.#running.delete(seed)
        if (code !== 0 && signal !== 'SIGKILL')
          this.#crashes.push(`process ${seed} ended with ${code}`)
        resolve()
      })
    })
    this.#ends.push(end)
    await Promise.race([end, new Promise((resolve) => child.stdout.once('data', resolve))])
  }

  /** Kills one in the middle of its work. */
  kill(): void {
    this.#running.values().next().value?.kill('SIGKILL')
  }

  /** Lets all callers end, and resolves when they have. */
  async closed(): Promise<void> {
    for (const child of this.#running.values()) child.stdin!.end()
    await Promise.all(this.#ends)
  }

  /** Compares everything promised with what is there. */
  async check(url: string): Promise<Report> {
    const { folder, schema } = this.#orders
    const files = readdirSync(folder).map((name) => join(folder, name))
    const journal = new Journal()
    for (const path of files.filter((name) => name.includes('journal-'))) {
      journal.read(readFileSync(path, 'utf8'))
    }
    const times = new Times(files.filter((name) => name.includes('times-')))
    const failures: Record<string, number> = {}
    for (const why of journal.failed.values()) failures[why] = (failures[why] ?? 0) + 1
    const lines = files.filter((name) => name.includes('purchases-')).flatMap(readPurchases)
    for (const { failed } of lines)
      if (failed !== undefined && failed !== 'refused')
        failures[failed] = (failures[failed] ?? 0) + 1
    const told = [...journal.told.values()]
    const { acknowledged } = journal
    const unknown = journal.unknown.length
    await using inventory = await openInventory({
      store: postgres({ connectionString: url, schema }),
      sweepMs: 0,
    })
    const broken = [...this.#crashes, ...(await disagreements(inventory, times.answers))]
    broken.push(...(await times.miscounted(inventory)))
    broken.push(...(await misbought(inventory, { url, schema, lines })))
    const keeper = new PromiseKeeper(inventory, journal)
    await keeper.check()
    broken.push(...keeper.broken)
    const verdict = await inventory.verify()
    if (!verdict.ok) broken.push(`verify: ${JSON.stringify(verdict.fault)}`)
    if (broken.length === 0) rmSync(folder, { recursive: true })
    else broken.push(`the journals stay in ${folder}`)
    return {
      acknowledged,
      refused: told.filter((one) => 'code' in one).length,
      unknown,
      failures,
      reads: times.reads,
      bought: lines.filter(({ hold }) => hold !== undefined).length,
      seq: verdict.seq,
      broken,
    }
  }
}

import { openSync, readFileSync, writeSync } from 'node:fs'
import type { Inventory } from 'holdfast'
import { made, type SqlStatement } from 'holdfast/sql'
import { Client } from 'pg'

/** The product bought: each unit with a row of the shop's own. */
export const LAMPS = { warehouseId: 'LA', productId: 'LAMP' } as const
/** Longer than any test. */
export const HOLD = { ...LAMPS, qty: 1, ttlMs: 3_600_000 } as const

/** A purchase by the id of its order: tried, and its outcome; only tried if the process was killed. */
interface Line {
  readonly order: string
  /** The hold in the answer. */
  readonly hold?: string
  /** The code of the error, if there was one. */
  readonly failed?: string
}

/** The shop's own table. It accepts an id twice: only the engine prevents duplicate rows. */
function table(schema: string): string {
  return `"${schema}_own".orders`
}

export async function makeOrders(url: string, schema: string): Promise<void> {
  await ask(
    url,
    `CREATE SCHEMA IF NOT EXISTS "${schema}_own";
      CREATE TABLE IF NOT EXISTS ${table(schema)} (id text, hold text)`,
  )
}

export function orderRow(schema: string, id: string): SqlStatement {
  const text = `INSERT INTO ${table(schema)} (id, hold) VALUES ($1, $2)`
  return { text, values: [id, made('reservationId')] }
}

/** Records what buyers were told. Each line is one system call, so that a killed process loses none. */
export class PurchasesWriter {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  tries(order: string): void {
    this.#write({ order })
  }
  bought(order: string, hold: string): void {
    this.#write({ order, hold })
  }
  failed(order: string, code: string): void {
    this.#write({ order, failed: code })
  }

  #write(line: Line): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`)
  }
}

export function readPurchases(path: string): Line[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Line)
}

/**
 * Every row has one hold and every hold one row, of the same order. A buyer who was told of a hold has it; one who was
 * told that nothing was done has none. Returns what is wrong, in words.
 */
export async function misbought(
  inventory: Inventory,
  { url, schema, lines }: { url: string; schema: string; lines: readonly Line[] },
): Promise<string[]> {
  const { rows } = await ask(url, `SELECT id, hold FROM ${table(schema)}`)
  const ordered = grouped(rows.map(({ id, hold }) => [id as string, hold as string]))
  const held = grouped(await holds(inventory))
  const wrong: string[] = []
  for (const order of new Set([...ordered.keys(), ...held.keys()])) {
    const [own = [], theirs = []] = [ordered.get(order), held.get(order)]
    if (own.length !== 1 || theirs.length !== 1 || own[0] !== theirs[0])
      wrong.push(`order ${order} has rows of [${own.join()}] and holds [${theirs.join()}]`)
  }
  for (const [order, told] of toldOf(lines)) {
    const [hold] = held.get(order) ?? []
    for (const { hold: own, failed } of told)
      if (own !== undefined && own !== hold)
        wrong.push(`order ${order} was told hold ${own} and has ${hold}`)
      else if (failed !== undefined && failed !== 'COMMIT_UNKNOWN' && told.length === 1 && hold)
        wrong.push(`order ${order} was told ${failed} and has ${hold}`)
  }
  const level = await inventory.stock(LAMPS)
  if (level.held !== rows.length) wrong.push(`${level.held} are held, of ${rows.length} rows`)
  return wrong
}

/** Order and hold of each held unit. */
async function holds(inventory: Inventory): Promise<[string, string][]> {
  const found: [string, string][] = []
  for await (const { type, reservationId, metadata } of inventory.audit(LAMPS))
    if (type === 'RESERVED') found.push([metadata['order']!, reservationId!])
  return found
}

/** Everything that each order was told, except for mere attempts. */
function toldOf(lines: readonly Line[]): Map<string, Line[]> {
  const answers = lines.filter(({ hold, failed }) => hold !== undefined || failed !== undefined)
  return grouped(answers.map((line) => [line.order, line]))
}

function grouped<T>(pairs: readonly (readonly [string, T])[]): Map<string, T[]> {
  const map = new Map<string, T[]>()
  for (const [key, value] of pairs) map.set(key, [...(map.get(key) ?? []), value])
  return map
}

async function ask(url: string, sql: string) {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query<Record<string, unknown>>(sql)
  } finally {
    await client.end()
  }
}

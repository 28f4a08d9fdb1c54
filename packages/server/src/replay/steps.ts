import type { SingleCommand } from 'holdfast'
import type { OrderLine } from './order-line.ts'
import { warehouseOrder } from './places.ts'

/** One change of stock by a line or an invoice of the file, decided as a whole. */
export type Step =
  | {
      readonly kind: 'order'
      readonly invoice: string
      readonly line: number
      readonly commands: readonly SingleCommand[]
    }
  | {
      readonly kind: 'return' | 'write-off'
      readonly line: number
      readonly commands: readonly SingleCommand[]
    }

/** Nothing may expire between a reserve and its confirm, even if a replay is interrupted for months. */
const TTL_MS = 366 * 86_400_000

/** Words in the description of a write-off for goods that are damaged, not missing. */
const SPOILT = /damag|broken|crush|smash|faulty|\bwet\b|mould|rust/i

type StockLine = Extract<OrderLine, { kind: 'order' | 'return' | 'write-off' }>

/**
 * Gathers the lines of an invoice up to its last one, then makes its steps: the order, its returns, its write-offs. The
 * survey knows the last line if other invoices come in between.
 */
export class Invoices {
  readonly #lastLines: ReadonlyMap<string, number>
  readonly #waiting = new Map<string, StockLine[]>()
  #current: StockLine[] = []

  constructor(lastLinesOfInterrupted: ReadonlyMap<string, number>) {
    this.#lastLines = lastLinesOfInterrupted
  }

  *add(line: OrderLine): Generator<Step> {
    if (line.kind === 'malformed' || line.kind === 'skipped') return
    const invoice = this.#current[0]?.invoice
    if (invoice !== undefined && invoice !== line.invoice) {
      if (line.line < (this.#lastLines.get(invoice) ?? 0)) this.#waiting.set(invoice, this.#current)
      else yield* stepsOf(this.#current)
      this.#current = this.#waiting.get(line.invoice) ?? []
      this.#waiting.delete(line.invoice)
    }
    this.#current.push(line)
  }

  *end(): Generator<Step> {
    yield* stepsOf(this.#current)
    this.#current = []
  }
}

function* stepsOf(lines: readonly StockLine[]): Generator<Step> {
  const ordered = lines.filter(({ kind }) => kind === 'order')
  const returned = lines.filter(({ kind }) => kind === 'return')
  const last = lines.at(-1)
  if (last === undefined) return
  if (ordered.length > 0) yield order(ordered, last.line)
  if (returned.length > 0) {
    yield { kind: 'return', line: last.line, commands: returned.map(takeBack) }
  }
  for (const line of lines) {
    if (line.kind === 'write-off')
      yield { kind: 'write-off', line: last.line, commands: [writeOff(line)] }
  }
}

/** Adds up the lines of one product. */
function order(lines: readonly StockLine[], lastLine: number): Step {
  const { invoice, country } = lines[0]!
  const sums = new Map<string, number>()
  for (const { productId, qty } of lines) sums.set(productId, (sums.get(productId) ?? 0) + qty)
  const commands = [...sums].map(
    ([productId, qty]) =>
      ({
        verb: 'fulfillAcrossWarehouses',
        productId,
        qty,
        ttlMs: TTL_MS,
        warehouseOrder: warehouseOrder(country),
        owner: invoice,
      }) as const,
  )
  return { kind: 'order', invoice, line: lastLine, commands }
}

function takeBack({ country, productId, qty, invoice }: StockLine): SingleCommand {
  const warehouseId = warehouseOrder(country)[0]!
  return { verb: 'addStock', warehouseId, productId, qty, source: 'RETURN', metadata: { invoice } }
}

function writeOff({ country, productId, qty, invoice, description }: StockLine): SingleCommand {
  const warehouseId = warehouseOrder(country)[0]!
  const reason = SPOILT.test(description) ? 'DAMAGED' : 'WRITE_OFF'
  return { verb: 'removeStock', warehouseId, productId, qty, reason, metadata: { invoice } }
}

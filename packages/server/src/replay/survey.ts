import type { SourceFile } from '../cli/input/source-file.ts'
import { orderLines, type OrderLine } from './order-line.ts'

/** The totals of an invoice in the file. */
export interface Ordered {
  lines: number
  units: number
}

/** How many malformed lines are reported; all are counted. */
const KEPT_PROBLEMS = 1000

/**
 * The first pass over the file: finds the demand, from which the opening stock is made, and the totals that the trail is
 * compared with at the end.
 */
export class Survey {
  lines = 0
  /** Units ordered of each product, in the order of their first lines. */
  readonly demand = new Map<string, number>()
  readonly orders = new Map<string, Ordered>()
  readonly returns = { lines: 0, units: 0 }
  readonly writeOffs = { lines: 0, units: 0 }
  readonly skipped = new Map<string, number>()
  readonly malformed = { count: 0, first: [] as { line: number; problem: string }[] }
  /** Invoices that continue after lines of others, with the line of their last part. */
  readonly interrupted = new Map<string, number>()
  readonly #seen = new Set<string>()
  #invoice: string | null = null

  add(line: OrderLine): void {
    this.lines++
    if (line.kind === 'malformed') {
      this.malformed.count++
      if (this.malformed.first.length < KEPT_PROBLEMS) this.malformed.first.push(line)
      return
    }
    if (line.kind === 'skipped') {
      this.skipped.set(line.reason, (this.skipped.get(line.reason) ?? 0) + 1)
      return
    }
    this.#follow(line.invoice, line.line)
    if (line.kind === 'order') {
      this.demand.set(line.productId, (this.demand.get(line.productId) ?? 0) + line.qty)
      const ordered = this.orders.get(line.invoice) ?? { lines: 0, units: 0 }
      ordered.lines++
      ordered.units += line.qty
      this.orders.set(line.invoice, ordered)
      return
    }
    const counts = line.kind === 'return' ? this.returns : this.writeOffs
    counts.lines++
    counts.units += line.qty
  }

  #follow(invoice: string, line: number): void {
    if (invoice !== this.#invoice && this.#seen.has(invoice)) this.interrupted.set(invoice, line)
    else if (this.interrupted.has(invoice)) this.interrupted.set(invoice, line)
    this.#seen.add(invoice)
    this.#invoice = invoice
  }
}

export async function survey(
  file: SourceFile,
  onProgress: () => void,
  onMalformed: (line: number, problem: string) => void,
): Promise<Survey> {
  const found = new Survey()
  for await (const lines of orderLines(file)) {
    for (const line of lines) {
      found.add(line)
      if (line.kind === 'malformed' && found.malformed.count <= KEPT_PROBLEMS) {
        onMalformed(line.line, line.problem)
      }
    }
    onProgress()
  }
  return found
}

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'

/** The first day of the real orders, read where it lies; null where it is not there. */
export function firstDay(): string | null {
  const root = resolve(import.meta.dirname, '../../../../..')
  const path = resolve(root, '../shared/data/online-retail-2010-12-01.csv.gz')
  return existsSync(path) ? path : null
}

export interface Line {
  readonly invoice: string | number
  readonly product: string | number
  readonly qty: number
  readonly country?: string
  readonly description?: string
}

/** A file of orders in the real ones' form. */
export function ordersCsv(lines: readonly (Line | string)[]): string {
  const rows = lines.map((line) => {
    if (typeof line === 'string') return line
    const { invoice, product, qty, description = 'THING', country = 'United Kingdom' } = line
    return `${invoice},${product},${description},${qty},2010-12-01 08:26:00,1.5,17850.0,${country}`
  })
  return `${[HEADER, ...rows].join('\n')}\n`
}

/** Many small orders of changing size, some returns and write-offs; the same every time. */
export function manyOrders(count: number, products: number): Line[] {
  const countries = ['United Kingdom', 'Germany', 'Japan']
  const lines: Line[] = []
  let state = 7
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
  for (let order = 0; order < count; order++) {
    const invoice = 500_000 + order
    const country = countries[next(3)]!
    for (let line = next(30); line >= 0; line--) {
      lines.push({ invoice, product: 10_000 + next(products), qty: 1 + next(9), country })
    }
    const product = 10_000 + next(products)
    if (order % 20 === 0) lines.push({ invoice: `C${invoice}`, product, qty: -2, country })
    if (order % 50 === 0) lines.push({ invoice: invoice + 100_000, product, qty: -1 })
  }
  return lines
}

/** One order with more products than the engine takes at once. */
export function largeOrder(invoice: number, products: number, qty: number): Line[] {
  return Array.from({ length: products }, (_, index) => ({ invoice, product: 10_000 + index, qty }))
}

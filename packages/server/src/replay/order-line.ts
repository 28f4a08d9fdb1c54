import { csvFile, type Columns } from '../cli/input/csv-file.ts'
import type { CsvRecord } from '../cli/input/csv-records.ts'
import { flawOf } from '../cli/input/id-flaw.ts'
import type { SourceFile } from '../cli/input/source-file.ts'

const COLUMNS = ['InvoiceNo', 'StockCode', 'Description', 'Quantity', 'Country'] as const

/** What a line of the file is about. */
export type OrderLine =
  | {
      readonly kind: 'order' | 'return' | 'write-off'
      readonly line: number
      readonly invoice: string
      readonly productId: string
      /** Units, 1 or more. */
      readonly qty: number
      readonly country: string
      readonly description: string
    }
  | { readonly kind: 'skipped'; readonly line: number; readonly reason: string }
  | { readonly kind: 'malformed'; readonly line: number; readonly problem: string }

/** Five digits and perhaps letters (85123A), or an article of the shop's own (DCGS0003, DCGSSGIRL). */
const PRODUCT = /^(\d{5}|DCGS)/

/** More of one product in one line is a typing error. */
const MOST_UNITS = 1_000_000

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/

/** The lines of a file of orders, a piece of them at a time, in file order. */
export async function* orderLines(file: SourceFile): AsyncGenerator<OrderLine[]> {
  for await (const { columns, records } of csvFile(file, { must: COLUMNS })) {
    yield records.map((record) => orderLine(record, columns))
  }
}

/**
 * Reads one record. An invoice whose number begins with C takes goods back, everything else sells;
 * a negative quantity outside of C is a write-off; codes like POST, M or BANK CHARGES are no goods.
 */
export function orderLine(
  record: CsvRecord,
  columns: Columns<(typeof COLUMNS)[number]>,
): OrderLine {
  const { line } = record
  if ('problem' in record) return { kind: 'malformed', line, problem: record.problem }
  const field = (name: (typeof COLUMNS)[number]): string => record.fields[columns[name]]!
  const malformed = (problem: string): OrderLine => ({ kind: 'malformed', line, problem })

  const invoice = field('InvoiceNo')
  const productId = field('StockCode')
  const quantity = field('Quantity')
  if (!isName(invoice)) return malformed('InvoiceNo is empty, too long or not readable')
  const flaw = flawOf(productId, 'StockCode')
  if (flaw !== null) return malformed(flaw)
  if (!/^-?\d+$/.test(quantity))
    return malformed(`Quantity ${JSON.stringify(quantity)} is no whole number`)
  const units = Number(quantity)
  if (Math.abs(units) > MOST_UNITS) return malformed(`Quantity ${quantity} is beyond ${MOST_UNITS}`)

  if (!PRODUCT.test(productId)) return { kind: 'skipped', line, reason: productId }
  if (units === 0) return { kind: 'skipped', line, reason: 'quantity 0' }
  const isReturn = invoice.startsWith('C')
  if (isReturn && units > 0) return { kind: 'skipped', line, reason: 'C invoice, quantity above 0' }
  const kind = isReturn ? 'return' : units > 0 ? 'order' : 'write-off'
  const [country, description] = [field('Country'), field('Description')]
  return { kind, line, invoice, productId, qty: Math.abs(units), country, description }
}

function isName(text: string): boolean {
  return text !== '' && text.length <= 128 && !CONTROL.test(text) && text.isWellFormed()
}

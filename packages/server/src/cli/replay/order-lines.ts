import { csvFile } from '../input/csv-file.ts'
import type { SourceFile } from '../input/source-file.ts'
import { COLUMNS, orderLine, type OrderLine } from './order-line.ts'

/** The lines of a file of orders, a piece of them at a time, in file order. */
export async function* orderLines(file: SourceFile): AsyncGenerator<OrderLine[]> {
  for await (const { columns, records } of csvFile(file, COLUMNS)) {
    yield records.map((record) => orderLine(record, columns))
  }
}

import { shownId, type WarehouseView } from 'holdfast'
import type { AnyInventory } from '../open-inventory.ts'
import { csvFile } from '../input/csv-file.ts'
import type { SourceFile } from '../input/source-file.ts'
import { ALSO, COLUMNS, stockRow, type BadRow, type StockRow } from './stock-row.ts'

export interface Checked {
  /** Rows with units, and their sum. */
  readonly rows: number
  readonly units: number
  /** Rows that say 0: there is nothing to take in. */
  readonly empty: number
  readonly bad: number
}

/** The rows of a file in order, good and bad, a piece at a time. */
export async function* stockRows(file: SourceFile): AsyncGenerator<(StockRow | BadRow)[]> {
  for await (const { columns, records } of csvFile<
    (typeof COLUMNS)[number] | (typeof ALSO)[number]
  >(file, COLUMNS, ALSO)) {
    yield records.map((record) => stockRow(record, columns))
  }
}

/** Looks at every row before the first one is taken in; the first `done` with units are in already. */
export async function checkRows(
  file: SourceFile,
  inventory: AnyInventory,
  done: number,
  onBad: (line: number, problem: string) => void,
  onProgress: () => void,
): Promise<Checked> {
  const counts = { rows: 0, units: 0, empty: 0, bad: 0 }
  const report = (line: number, problem: string): void => {
    counts.bad++
    onBad(line, problem)
  }
  const { items } = await inventory.listWarehouses()
  const room = new Map(items.map((warehouse) => [warehouse.id, roomOf(warehouse)]))
  for await (const rows of stockRows(file)) {
    for (const row of rows) {
      if ('problem' in row) {
        report(row.line, row.problem)
        continue
      }
      const { line, warehouseId, qty } = row
      const left = room.get(warehouseId)
      if (left === undefined) report(line, `there is no warehouse ${shownId(warehouseId)}`)
      else if (qty === 0) counts.empty++
      else if (counts.rows >= done && qty > left) {
        report(line, `${shownId(warehouseId)} has room for ${left} more units, not ${qty}`)
      } else {
        if (counts.rows >= done) room.set(warehouseId, left - qty)
        counts.rows++
        counts.units += qty
      }
    }
    onProgress()
  }
  return counts
}

function roomOf({ capacity, onHand }: WarehouseView): number {
  return capacity === null ? Number.MAX_SAFE_INTEGER - onHand : Math.max(0, capacity - onHand)
}

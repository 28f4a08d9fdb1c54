import { shownId } from '../../../model/id.ts'
import { refused } from '../../failure.ts'
import { selectList } from '../../rows/select.ts'
import { readWarehouse, thresholdsText, WAREHOUSE } from '../../rows/warehouse.ts'
import type { WarehouseRow } from '../../store.ts'
import type { Connection } from '../file/connection.ts'
import type { PackedWarehouse } from '../packed/packed-commit.ts'

/** Keeps the position of a warehouse that is there already: it is its place in the list. */
const PUT = `
  INSERT INTO warehouse (id, name, capacity, reorder_threshold, reorder_thresholds, sells, closed)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, capacity = excluded.capacity,
    reorder_threshold = excluded.reorder_threshold,
    reorder_thresholds = excluded.reorder_thresholds, sells = excluded.sells,
    closed = excluded.closed`

const PUT_STOCK = 'REPLACE INTO warehouse_stock VALUES (?, ?)'
const POSITION = 'SELECT position FROM warehouse WHERE id = ?'

const ALL = `SELECT ${selectList(WAREHOUSE)}
  FROM warehouse w JOIN warehouse_stock s USING (position) ORDER BY position`

export function writeWarehouses(connection: Connection, rows: readonly PackedWarehouse[]): void {
  for (const { id, onHand, record } of rows) {
    if (record !== null) {
      const thresholds = thresholdsText(record)
      const { name, capacity, reorderThreshold } = record
      const [sells, closed] = [Number(record.sells), Number(record.closed)]
      connection.run(PUT, id, name, capacity, reorderThreshold, thresholds, sells, closed)
    }
    connection.run(PUT_STOCK, positionOf(connection, id), onHand)
  }
}

function positionOf(connection: Connection, id: string): number {
  const row = connection.get(POSITION, id)
  if (row === undefined) throw refused(`the file holds no warehouse ${shownId(id)}`)
  return row[0] as number
}

/** In the order in which they were added. */
export function readWarehouses(connection: Connection): WarehouseRow[] {
  return connection.all(ALL).map(readWarehouse)
}

import { shownId } from '../../model/id.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { StoreFailure } from '../failure.ts'
import type { WarehouseRow } from '../store.ts'
import type { Connection } from './connection.ts'
import type { PackedWarehouse } from './packed-commit.ts'

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

const ALL = `
  SELECT id, name, capacity, reorder_threshold, reorder_thresholds, sells, closed, on_hand
  FROM warehouse JOIN warehouse_stock USING (position) ORDER BY position`

export function writeWarehouses(connection: Connection, rows: readonly PackedWarehouse[]): void {
  for (const { id, onHand, record } of rows) {
    if (record !== null) {
      // As pairs: in an object `__proto__` would not be a product like any other.
      const thresholds = JSON.stringify([...record.reorderThresholds])
      const { name, capacity, reorderThreshold } = record
      const [sells, closed] = [Number(record.sells), Number(record.closed)]
      connection.run(PUT, id, name, capacity, reorderThreshold, thresholds, sells, closed)
    }
    connection.run(PUT_STOCK, positionOf(connection, id), onHand)
  }
}

export function positionOf(connection: Connection, id: string): number {
  const row = connection.get(POSITION, id)
  if (row === undefined) {
    const message = `the file holds no warehouse ${shownId(id)}`
    throw new StoreFailure(message, { outcome: 'not-committed', fatal: true })
  }
  return row[0] as number
}

/** In the order in which they were added. */
export function readWarehouses(connection: Connection): WarehouseRow[] {
  return connection.all(ALL).map((row) => {
    const [id, name, capacity, reorderThreshold, thresholds, sells, closed, onHand] = row as [
      string,
      string,
      number | null,
      number,
      string,
      number,
      number,
      number,
    ]
    const reorderThresholds = parseThresholds(thresholds, id)
    const rest = { reorderThreshold, reorderThresholds, sells: sells === 1, closed: closed === 1 }
    return { record: { id, name, capacity, ...rest }, onHand }
  })
}

function parseThresholds(text: string, id: string): Map<string, number> {
  try {
    return new Map(JSON.parse(text) as [string, number][])
  } catch (error) {
    const message = `the thresholds of warehouse ${shownId(id)} are not what was written`
    throw new OperationalError('STORE_DAMAGED', message, { cause: error })
  }
}

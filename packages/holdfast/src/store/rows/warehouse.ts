import { shownId } from '../../model/id.ts'
import { OperationalError } from '../../model/operational-error.ts'
import type { WarehouseRecord } from '../../model/warehouse-record.ts'
import type { WarehouseRow } from '../store.ts'
import { columnsOf, offsetsOf, type Row } from './select.ts'

/** Of `warehouse w JOIN warehouse_stock s`. */
export const WAREHOUSE = {
  ...columnsOf('w', 'id', 'name', 'capacity', 'reorderThreshold', 'reorderThresholds'),
  ...columnsOf('w', 'sells', 'closed'),
  ...columnsOf('s', 'onHand'),
}

const AT = offsetsOf(WAREHOUSE)

export function readWarehouse(row: Row): WarehouseRow {
  const id = row[AT.id] as string
  const record = {
    id,
    name: row[AT.name] as string,
    capacity: row[AT.capacity] as number | null,
    reorderThreshold: row[AT.reorderThreshold] as number,
    reorderThresholds: parseThresholds(row[AT.reorderThresholds] as string, id),
    sells: isTrue(row[AT.sells]),
    closed: isTrue(row[AT.closed]),
  }
  return { record, onHand: row[AT.onHand] as number }
}

/** In SQLite it is 1; any other number was never written. */
function isTrue(value: unknown): boolean {
  return value === true || value === 1
}

/** As pairs: in an object `__proto__` would not be a product like any other. */
export function thresholdsText({ reorderThresholds }: WarehouseRecord): string {
  return JSON.stringify([...reorderThresholds])
}

function parseThresholds(text: string, id: string): Map<string, number> {
  try {
    return new Map(JSON.parse(text) as [string, number][])
  } catch (error) {
    const message = `the thresholds of warehouse ${shownId(id)} are not what was written`
    throw new OperationalError('STORE_DAMAGED', message, { cause: error })
  }
}

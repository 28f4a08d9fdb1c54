import { shownId } from '../../../model/id.ts'
import type { WarehouseRecord } from '../../../model/warehouse-record.ts'
import { refused } from '../../failure.ts'
import type { Commit, Head, WarehouseRow } from '../../store.ts'
import { numbers } from './columns.ts'
import { offsetsOf, selectList, type Row } from '../../rows/select.ts'
import { readWarehouse, thresholdsText, WAREHOUSE } from '../../rows/warehouse.ts'
import { HEAD_ROW, HEAD_WIDTH, headOf } from './head.ts'
import type { Session } from '../connect/session.ts'
import type { Statement } from './statement.ts'

/** The place of each warehouse in the list, by id: it stands for the id in other tables. */
export type Positions = ReadonlyMap<string, number>

/**
 * Keeps the position of a warehouse that is there already. A new one comes after all others, and after $8: the head lock
 * is held, and no sequence has a say in it.
 */
const PUT = `
  INSERT INTO holdfast.warehouse AS w (position, id, name, capacity, reorder_threshold, reorder_thresholds,
    sells, closed)
  SELECT greatest(coalesce(max(position), 0), $8::bigint) + 1, $1, $2, $3::bigint, $4::bigint, $5, $6::boolean, $7::boolean
  FROM holdfast.warehouse
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, capacity = excluded.capacity,
    reorder_threshold = excluded.reorder_threshold,
    reorder_thresholds = excluded.reorder_thresholds, sells = excluded.sells,
    closed = excluded.closed
  RETURNING w.position`

const COLUMNS = { ...WAREHOUSE, position: 'w.position' }
const AT = offsetsOf(COLUMNS)

/** The head and the warehouses in one statement: from one moment. */
export const HEAD_AND_WAREHOUSES = `
  SELECT h.*, ${selectList(COLUMNS)}
  FROM (SELECT) one LEFT JOIN (${HEAD_ROW}) h ON true
    LEFT JOIN (holdfast.warehouse w JOIN holdfast.warehouse_stock s USING (position)) ON true
  ORDER BY w.position`

/** Writes a new or changed record; hardly ever, so one statement each is enough. */
export async function writeWarehouse(
  session: Session,
  record: WarehouseRecord,
  behind = 0,
): Promise<number> {
  const { id, name, capacity, reorderThreshold, sells, closed } = record
  const thresholds = thresholdsText(record)
  const values = [id, name, capacity, reorderThreshold, thresholds, sells, closed, behind]
  const rows = await session.rows(PUT, values)
  return rows[0]![0] as number
}

export function addWarehouseStock(
  statement: Statement,
  rows: Commit['warehouses'],
  positions: Positions,
): void {
  if (rows.length === 0) return
  const columns = {
    position: numbers(rows, ({ record }) => positionOf(positions, record.id)),
    on_hand: numbers(rows, ({ onHand }) => onHand),
  }
  const replace = 'ON CONFLICT (position) DO UPDATE SET on_hand = excluded.on_hand'
  statement.insert('warehouse_stock', columns, replace)
}

function positionOf(positions: Positions, id: string): number {
  const position = positions.get(id)
  if (position !== undefined) return position
  throw refused(`the database holds no warehouse ${shownId(id)}`)
}

export interface HeadAndWarehouses {
  readonly head: Head
  /** In the order in which they were added. */
  readonly warehouses: readonly WarehouseRow[]
  readonly positions: Positions
}

export async function readWarehouses(session: Session): Promise<HeadAndWarehouses> {
  return headAndWarehouses(await session.rows(HEAD_AND_WAREHOUSES))
}

export function headAndWarehouses(rows: readonly Row[]): HeadAndWarehouses {
  const found = rows.map((row) => row.slice(HEAD_WIDTH)).filter((row) => row[AT.id] !== null)
  return {
    head: headOf(rows[0]),
    warehouses: found.map(readWarehouse),
    positions: new Map(found.map((row) => [row[AT.id] as string, row[AT.position] as number])),
  }
}

import { checkId } from './id.ts'
import { checkObject, checkQty, checkText, invalid, isPlain, LIMITS } from './limits.ts'

/**
 * The description of a warehouse, at the first open and in `changeWarehouse`.
 * @example
 * { id: 'SF', name: 'San Francisco', capacity: 10_000, reorderThreshold: 5, reorderThresholds: { MUG: 20 } }
 */
export interface WarehouseOptions {
  readonly id: string
  readonly name: string
  /** The most units on hand to which `addStock` and transfers can fill it. Default: no limit. */
  readonly capacity?: number | undefined
  /** A product is low when its available units are at or below this. Default: 0. */
  readonly reorderThreshold?: number | undefined
  /** The same for individual products. */
  readonly reorderThresholds?: Readonly<Record<string, number>> | undefined
  /**
   * Whether its units are for sale. If false, `reserve`, split orders and moves take none of them; it still receives,
   * counts, transfers and ships. Default: true.
   */
  readonly sells?: boolean | undefined
}

/**
 * The changes to a warehouse; fields left out stay as they are.
 * @example
 * { id: 'SF', capacity: null, reorderThresholds: { MUG: null, LID: 10 } }
 */
export interface WarehouseChanges {
  readonly id: string
  readonly name?: string | undefined
  /** null: no limit. */
  readonly capacity?: number | null | undefined
  readonly reorderThreshold?: number | undefined
  /** Only for the products named; null: use the threshold of the warehouse. */
  readonly reorderThresholds?: Readonly<Record<string, number | null>> | undefined
  readonly sells?: boolean | undefined
}

/** A warehouse as the inventory shows it. */
export interface WarehouseView {
  readonly id: string
  readonly name: string
  readonly capacity: number | null
  readonly reorderThreshold: number
  readonly reorderThresholds: Readonly<Record<string, number>>
  readonly sells: boolean
  readonly closed: boolean
  readonly onHand: number
}

export interface WarehouseRecord {
  readonly id: string
  readonly name: string
  readonly capacity: number | null
  readonly reorderThreshold: number
  readonly reorderThresholds: ReadonlyMap<string, number>
  readonly sells: boolean
  /** A closed warehouse is empty, unlisted and takes no commands until `changeWarehouse` opens it again. */
  readonly closed: boolean
}

const FIELDS: ReadonlySet<string> = new Set([
  'id',
  'name',
  'capacity',
  'reorderThreshold',
  'reorderThresholds',
  'sells',
])

/** `within` is the path to its list entry: `warehouses[1].`. @throws InvalidInputError, InvalidQtyError */
export function warehouseRecord(options: WarehouseOptions, within = ''): WarehouseRecord {
  checkObject(options, within === '' ? 'warehouse' : within.slice(0, -1))
  for (const field in options)
    if (!FIELDS.has(field)) throw invalid(`${within}${field}`, 'is not a field of a warehouse')
  const { id, name, capacity, reorderThreshold = 0, reorderThresholds = {}, sells = true } = options
  checkId(id, `${within}id`)
  checkText(name, `${within}name`, LIMITS.idLength)
  if (capacity !== undefined) checkQty(capacity, `${within}capacity`, 0)
  checkQty(reorderThreshold, `${within}reorderThreshold`, 0)
  const field = `${within}reorderThresholds`
  checkThresholds(reorderThresholds, field)
  const thresholds = new Map(Object.entries(reorderThresholds))
  for (const [productId, threshold] of thresholds) {
    checkId(productId, `${field} key`)
    checkQty(threshold, `${field}.${productId}`, 0)
  }
  if (typeof sells !== 'boolean') throw invalid(`${within}sells`, 'must be true or false')
  return {
    id,
    name,
    capacity: capacity ?? null,
    reorderThreshold,
    reorderThresholds: thresholds,
    sells,
    closed: false,
  }
}

/** What a Map contains is not in its keys: it would count as none. @throws InvalidInputError */
function checkThresholds(value: unknown, field: string): void {
  checkObject(value, field)
  if (!isPlain(value)) throw invalid(field, 'must be a plain object')
}

/** Checks changes without the warehouse: they must be valid for one that has nothing yet. @throws InvalidInputError, InvalidQtyError */
export function checkChanges(changes: WarehouseChanges): void {
  checkObject(changes, 'warehouse')
  patchedWarehouse(warehouseRecord({ id: changes.id, name: '-' }), changes)
}

/**
 * The record with changes merged into it (RFC 7396).
 * @throws InvalidInputError, InvalidQtyError
 */
export function patchedWarehouse(
  known: WarehouseRecord,
  changes: WarehouseChanges,
): WarehouseRecord {
  checkObject(changes, 'warehouse')
  const { reorderThresholds = {}, ...rest } = changes
  checkThresholds(reorderThresholds, 'reorderThresholds')
  const { capacity = known.capacity } = rest
  const merged = Object.entries({
    ...Object.fromEntries(known.reorderThresholds),
    ...reorderThresholds,
  }).filter((pair): pair is [string, number] => pair[1] !== null)
  const { name = known.name, reorderThreshold = known.reorderThreshold, sells = known.sells } = rest
  return warehouseRecord({
    ...rest,
    ...{ id: known.id, name, reorderThreshold, sells },
    capacity: capacity ?? undefined,
    reorderThresholds: Object.fromEntries(merged),
  })
}

export function thresholdOf(warehouse: WarehouseRecord, productId: string): number {
  return warehouse.reorderThresholds.get(productId) ?? warehouse.reorderThreshold
}

export function sameWarehouse(a: WarehouseRecord, b: WarehouseRecord): boolean {
  return JSON.stringify(plainWarehouse(a)) === JSON.stringify(plainWarehouse(b))
}

/** The record as plain data in a fixed order of fields, for stores and output. */
export function plainWarehouse(record: WarehouseRecord): {
  id: string
  name: string
  capacity: number | null
  reorderThreshold: number
  reorderThresholds: Record<string, number>
  sells: boolean
  closed: boolean
} {
  const sorted = [...record.reorderThresholds].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    id: record.id,
    name: record.name,
    capacity: record.capacity,
    reorderThreshold: record.reorderThreshold,
    reorderThresholds: Object.fromEntries(sorted),
    sells: record.sells,
    closed: record.closed,
  }
}

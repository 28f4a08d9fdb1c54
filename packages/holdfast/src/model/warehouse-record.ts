import { checkId } from './id.ts'
import { checkObject, checkQty, checkText, invalid, LIMITS } from './limits.ts'

/**
 * How a warehouse is described, at the first open and whenever it changes.
 * @example
 * { id: 'SF', name: 'San Francisco', capacity: 10_000, reorderThreshold: 5, reorderThresholds: { MUG: 20 } }
 */
export interface WarehouseOptions {
  readonly id: string
  readonly name: string
  /** Units on hand that `addStock` and transfers may fill it to; unlimited where it is left out. */
  readonly capacity?: number | undefined
  /** Available units at which a product counts as low; 0 where it is left out. */
  readonly reorderThreshold?: number | undefined
  /** The same for single products. */
  readonly reorderThresholds?: Readonly<Record<string, number>> | undefined
  /**
   * Whether its units are offered: `reserve`, split orders and moves take none of a warehouse that does not sell.
   * Default: true. It still receives, counts, transfers and ships.
   */
  readonly sells?: boolean | undefined
}

/**
 * What changes of a warehouse; what is not named stays.
 * @example
 * { id: 'SF', capacity: null, reorderThresholds: { MUG: null, LID: 10 } }
 */
export interface WarehouseChanges {
  readonly id: string
  readonly name?: string | undefined
  /** null: no limit. */
  readonly capacity?: number | null | undefined
  readonly reorderThreshold?: number | undefined
  /** Of the products that it names; null: that of the warehouse. */
  readonly reorderThresholds?: Readonly<Record<string, number | null>> | undefined
  readonly sells?: boolean | undefined
}

/** A warehouse as it is shown. */
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

/** A warehouse as it is stored. */
export interface WarehouseRecord {
  readonly id: string
  readonly name: string
  readonly capacity: number | null
  readonly reorderThreshold: number
  readonly reorderThresholds: ReadonlyMap<string, number>
  readonly sells: boolean
  /** It is empty, is not listed, and takes no command, until it is described anew. */
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

/** `within` says which one of a list it is: `warehouses[1].`. @throws InvalidInputError, InvalidQtyError */
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
  checkObject(reorderThresholds, field)
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
  checkObject(reorderThresholds, 'reorderThresholds')
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

/** At how many available units this product counts as low here. */
export function thresholdOf(warehouse: WarehouseRecord, productId: string): number {
  return warehouse.reorderThresholds.get(productId) ?? warehouse.reorderThreshold
}

export function sameWarehouse(a: WarehouseRecord, b: WarehouseRecord): boolean {
  return JSON.stringify(plainWarehouse(a)) === JSON.stringify(plainWarehouse(b))
}

/** The record as plain data with a fixed order of fields: what stores keep and programs print. */
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

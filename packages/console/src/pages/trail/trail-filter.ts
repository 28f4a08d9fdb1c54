import type { AdjustmentType, AuditEntry } from 'holdfast'

/** What entries are shown, as it stands in the address. */
export interface TrailFilter {
  readonly type?: AdjustmentType
  readonly productId?: string
  readonly warehouseId?: string
  readonly reservationId?: string
  readonly transferId?: string
}

export const FIELDS = [
  'type',
  'productId',
  'warehouseId',
  'reservationId',
  'transferId',
] as const satisfies readonly (keyof TrailFilter)[]

/** Every type by what people call it. */
export const TYPES: Readonly<Record<AdjustmentType, string>> = {
  RECEIVED: 'Received',
  RESERVED: 'Held',
  EXTENDED: 'Hold extended',
  SOLD: 'Sold',
  SHIPPED: 'Shipped',
  RETURNED: 'Hold ended',
  CANCELLED: 'Sale cancelled',
  COUNTED: 'Counted',
  REMOVED: 'Removed',
  DAMAGED: 'Damaged',
  TRANSFER_REQUESTED: 'Move asked for',
  TRANSFER_REJECTED: 'Move rejected',
  TRANSFERRED_OUT: 'Moved out',
  TRANSFERRED_IN: 'Moved in',
  WAREHOUSE_CHANGED: 'Warehouse changed',
}

export function filterOf(query: URLSearchParams): TrailFilter {
  const pairs = FIELDS.map((name) => [name, query.get(name) ?? ''] as const)
  return Object.fromEntries(pairs.filter(([, value]) => value !== '')) as TrailFilter
}

export function matches(filter: TrailFilter, entry: AuditEntry): boolean {
  return FIELDS.every((name) => filter[name] === undefined || filter[name] === entry[name])
}

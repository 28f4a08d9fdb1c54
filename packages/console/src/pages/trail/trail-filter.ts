import type { AdjustmentType, AuditEntry } from 'holdfast'

/** The filter of the page, from the address. */
export interface TrailFilter {
  readonly type?: AdjustmentType
  readonly productId?: string
  readonly warehouseId?: string
  readonly reservationId?: string
  readonly transferId?: string
  readonly group?: string
  /** `type:id` */
  readonly reference?: string
}

const FIELDS = [
  'type',
  'productId',
  'warehouseId',
  'reservationId',
  'transferId',
  'group',
  'reference',
] as const satisfies readonly (keyof TrailFilter)[]

/** Every type, with its label. */
export const TYPES: Readonly<Record<AdjustmentType, string>> = {
  RECEIVED: 'Received',
  RECEIVED_ASIDE: 'Received unsellable',
  RESERVED: 'Held',
  EXTENDED: 'Hold extended',
  SOLD: 'Sold',
  SHIPPED: 'Shipped',
  RETURNED: 'Hold ended',
  CANCELLED: 'Sale cancelled',
  OWNER_CHANGED: 'Owner changed',
  CAME_BACK: 'Came back',
  COUNTED: 'Counted',
  COUNTED_ASIDE: 'Unsellable counted',
  REMOVED: 'Removed',
  DAMAGED: 'Damaged',
  SET_ASIDE: 'Set aside',
  PUT_BACK: 'Put back',
  WRITTEN_OFF: 'Written off',
  TRANSFER_REQUESTED: 'Transfer requested',
  TRANSFER_REJECTED: 'Transfer rejected',
  TRANSFERRED_OUT: 'Transferred out',
  TRANSFERRED_IN: 'Transferred in',
  WAREHOUSE_CHANGED: 'Warehouse changed',
}

export function filterOf(query: URLSearchParams): TrailFilter {
  const pairs = FIELDS.map((name) => [name, query.get(name) ?? ''] as const)
  return Object.fromEntries(pairs.filter(([, value]) => value !== '')) as TrailFilter
}

export function matches(filter: TrailFilter, entry: AuditEntry): boolean {
  const { reference } = entry
  const has = { ...entry, reference: reference === null ? null : referenceText(reference) }
  return FIELDS.every((name) => filter[name] === undefined || filter[name] === has[name])
}

/** A document as people write it: `order:4711`, `order 4711`, `#4711`, or the number of an order alone. */
export function referenceIn(written: string): string {
  if (written.includes(':')) return written.trim()
  const text = written.replace(/(^|\s)#/, '$1').trim()
  if (text === '') return text
  const [type, ...id] = text.split(/\s+/)
  return id.length === 0 ? `order:${text}` : `${type!.toLowerCase()}:${id.join(' ')}`
}

/** As in an address and a filter; a type has no colon. */
export function referenceText({ type, id }: NonNullable<AuditEntry['reference']>): string {
  return `${type}:${id}`
}

import { EFFECTS, type AdjustmentType } from './adjustment-type.ts'

/** Free text recorded with an entry: the caller's keys, and the engine's own. */
export type Metadata = Readonly<Record<string, string>>

/**
 * The document behind a movement.
 * @example
 * { type: 'order', id: '4711' }
 */
export interface Reference {
  /** 1 to 40 characters. */
  readonly type: string
  /** 1 to 128 characters. */
  readonly id: string
}

/** One immutable entry of the trail, with the balances of its level after it. */
export interface AuditEntry {
  /** The decimal form of `seq`. */
  readonly id: string
  /** 1, 2, 3, … in commit order, without gaps. */
  readonly seq: number
  readonly type: AdjustmentType
  /** Empty only for WAREHOUSE_CHANGED. */
  readonly productId: string
  readonly warehouseId: string
  /** Where a transfer's units come from; null for every other entry. */
  readonly fromWarehouseId: string | null
  /** Units, 1 or more. For COUNTED and COUNTED_ASIDE, the signed correction, which may be 0. */
  readonly qty: number
  /** Milliseconds since the epoch; never less than that of the entry before. */
  readonly timestamp: number
  readonly reservationId: string | null
  readonly transferId: string | null
  readonly actor: string | null
  readonly metadata: Metadata
  /** The document that the command named, or null. */
  readonly reference: Reference | null
  /** What it belongs to: the lines of an order, the legs of a split. */
  readonly group: string | null
  readonly available: number
  readonly held: number
  readonly allocated: number
  readonly unsellable: number
}

/** The units available just before this entry. */
export function availableBefore(entry: AuditEntry): number {
  return entry.available - EFFECTS[entry.type].available * entry.qty
}

/** The position, available + held, just before this entry. */
export function positionBefore(entry: AuditEntry): number {
  const effect = EFFECTS[entry.type]
  return entry.available + entry.held - (effect.available + effect.held) * entry.qty
}

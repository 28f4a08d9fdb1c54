import { AdjustmentType } from '../model/adjustment-type.ts'

/** The words that the log writes as numbers. A word's number is its index and never changes: append new ones. */
export const ENTRY_TYPES = [
  undefined,
  AdjustmentType.RECEIVED,
  AdjustmentType.SOLD,
  AdjustmentType.RETURNED,
  AdjustmentType.DAMAGED,
  AdjustmentType.TRANSFERRED_OUT,
  AdjustmentType.TRANSFERRED_IN,
  AdjustmentType.REMOVED,
  AdjustmentType.COUNTED,
  AdjustmentType.RESERVED,
  AdjustmentType.CANCELLED,
  AdjustmentType.SHIPPED,
  AdjustmentType.EXTENDED,
  AdjustmentType.TRANSFER_REQUESTED,
  AdjustmentType.TRANSFER_REJECTED,
  AdjustmentType.WAREHOUSE_CHANGED,
  AdjustmentType.OWNER_CHANGED,
  AdjustmentType.SET_ASIDE,
  AdjustmentType.PUT_BACK,
  AdjustmentType.WRITTEN_OFF,
  AdjustmentType.RECEIVED_ASIDE,
  AdjustmentType.COUNTED_ASIDE,
  AdjustmentType.CAME_BACK,
] as const

/** Why a RETURNED entry was written. */
export const REASONS = [undefined, 'unconfirmed', 'released', 'expired', 'replaced'] as const
export const EXPIRED = 3

const CODES = new Map(ENTRY_TYPES.map((type, code) => [type, code]))

/** By a Map: see `store/codes.ts`. */
export function codeOfType(type: AdjustmentType): number {
  return CODES.get(type)!
}

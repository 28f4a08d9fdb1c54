/** What an entry of the trail says happened; each type has one effect on the counts. */
export const AdjustmentType = {
  RECEIVED: 'RECEIVED',
  SOLD: 'SOLD',
  RETURNED: 'RETURNED',
  DAMAGED: 'DAMAGED',
  TRANSFERRED_OUT: 'TRANSFERRED_OUT',
  TRANSFERRED_IN: 'TRANSFERRED_IN',
  REMOVED: 'REMOVED',
  COUNTED: 'COUNTED',
  RESERVED: 'RESERVED',
  CANCELLED: 'CANCELLED',
  SHIPPED: 'SHIPPED',
  EXTENDED: 'EXTENDED',
  TRANSFER_REQUESTED: 'TRANSFER_REQUESTED',
  TRANSFER_REJECTED: 'TRANSFER_REJECTED',
  WAREHOUSE_CHANGED: 'WAREHOUSE_CHANGED',
} as const

export type AdjustmentType = (typeof AdjustmentType)[keyof typeof AdjustmentType]

/** How many units an entry of quantity 1 adds to each count. */
export interface Effect {
  readonly available: -1 | 0 | 1
  readonly held: -1 | 0 | 1
  readonly allocated: -1 | 0 | 1
}

const NONE: Effect = { available: 0, held: 0, allocated: 0 }
const IN: Effect = { available: 1, held: 0, allocated: 0 }
const OUT: Effect = { available: -1, held: 0, allocated: 0 }

/**
 * The arithmetic of the trail, in one place: the levels follow it when they change, and the proof
 * follows it when it folds the trail again.
 */
export const EFFECTS: Readonly<Record<AdjustmentType, Effect>> = {
  RECEIVED: IN,
  DAMAGED: OUT,
  REMOVED: OUT,
  COUNTED: IN,
  TRANSFERRED_IN: IN,
  TRANSFERRED_OUT: OUT,
  RESERVED: { available: -1, held: 1, allocated: 0 },
  RETURNED: { available: 1, held: -1, allocated: 0 },
  SOLD: { available: 0, held: -1, allocated: 1 },
  CANCELLED: { available: 1, held: 0, allocated: -1 },
  SHIPPED: { available: 0, held: 0, allocated: -1 },
  EXTENDED: NONE,
  TRANSFER_REQUESTED: NONE,
  TRANSFER_REJECTED: NONE,
  WAREHOUSE_CHANGED: NONE,
}

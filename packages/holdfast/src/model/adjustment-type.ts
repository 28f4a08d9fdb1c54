/** What an entry of the trail records; each type has one effect on the counts. */
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
  OWNER_CHANGED: 'OWNER_CHANGED',
  SET_ASIDE: 'SET_ASIDE',
  PUT_BACK: 'PUT_BACK',
  WRITTEN_OFF: 'WRITTEN_OFF',
  RECEIVED_ASIDE: 'RECEIVED_ASIDE',
  COUNTED_ASIDE: 'COUNTED_ASIDE',
  CAME_BACK: 'CAME_BACK',
} as const

export type AdjustmentType = (typeof AdjustmentType)[keyof typeof AdjustmentType]

/** Whether a count wrote an entry of this type. */
export function isOfCount(type: AdjustmentType): boolean {
  return type === AdjustmentType.COUNTED || type === AdjustmentType.COUNTED_ASIDE
}

/** How much one unit of an entry changes each count. */
export interface Effect {
  readonly available: -1 | 0 | 1
  readonly held: -1 | 0 | 1
  readonly allocated: -1 | 0 | 1
  readonly unsellable: -1 | 0 | 1
}

const NONE: Effect = { available: 0, held: 0, allocated: 0, unsellable: 0 }
const IN: Effect = { ...NONE, available: 1 }
const OUT: Effect = { ...NONE, available: -1 }
const IN_ASIDE: Effect = { ...NONE, unsellable: 1 }

/** The arithmetic of the trail, in one place: levels change by it, and the proof replays the trail with it. */
export const EFFECTS: Readonly<Record<AdjustmentType, Effect>> = {
  RECEIVED: IN,
  DAMAGED: OUT,
  REMOVED: OUT,
  COUNTED: IN,
  TRANSFERRED_IN: IN,
  TRANSFERRED_OUT: OUT,
  RESERVED: { ...NONE, available: -1, held: 1 },
  RETURNED: { ...NONE, available: 1, held: -1 },
  SOLD: { ...NONE, held: -1, allocated: 1 },
  CANCELLED: { ...NONE, available: 1, allocated: -1 },
  SHIPPED: { ...NONE, allocated: -1 },
  SET_ASIDE: { ...NONE, available: -1, unsellable: 1 },
  PUT_BACK: { ...NONE, available: 1, unsellable: -1 },
  WRITTEN_OFF: { ...NONE, unsellable: -1 },
  RECEIVED_ASIDE: IN_ASIDE,
  COUNTED_ASIDE: IN_ASIDE,
  CAME_BACK: IN_ASIDE,
  OWNER_CHANGED: NONE,
  EXTENDED: NONE,
  TRANSFER_REQUESTED: NONE,
  TRANSFER_REJECTED: NONE,
  WAREHOUSE_CHANGED: NONE,
}

import type { ReservationStatus } from './reservation.ts'
import type { TransferStatus } from './transfer.ts'

/** Every code of the engine's refusals, with a short meaning. The codes never change. */
export const REFUSALS = {
  INVALID_INPUT: 'Input that no state of the inventory could accept',
  INVALID_QTY: 'Not a quantity, or too large',
  WAREHOUSE_NOT_FOUND: 'There is no such warehouse',
  INSUFFICIENT_STOCK: 'Not enough units are available',
  CAPACITY_EXCEEDED: 'More than the warehouse can hold',
  RESERVATION_NOT_FOUND: 'There is no such reservation',
  INVALID_RESERVATION_STATE: 'The reservation is in another state',
  TRANSFER_NOT_FOUND: 'There is no such transfer',
  INVALID_TRANSFER_STATE: 'The transfer is in another state',
  WAREHOUSE_NOT_SELLING: 'The warehouse does not sell',
  STOCK_CHANGED: 'The counts have changed since',
  IDEMPOTENCY_CONFLICT: 'The key was used for another command',
  POLICY_FAILED: 'The shop’s own policy could not decide',
  WAREHOUSE_IN_USE: 'The warehouse still holds stock',
  TOO_MANY: 'More holds than one command may change',
  POSITION_AHEAD: 'The trail ends before this position',
  ALSO_FAILED: 'A statement given with the command failed',
} as const satisfies Record<keyof RefusalDetails, string>

export type RefusalCode = keyof typeof REFUSALS

/** The details of a refusal, by code: plain data, safe to log and to send. */
export interface RefusalDetails {
  INVALID_INPUT: {
    /** The wrong field, with its path in the command: `commands[3].qty`. */
    readonly field?: string
  }
  INVALID_QTY: {
    readonly field?: string
    readonly reservationId?: string
    readonly requested?: number
    /** Open units of the reservation; for a return, the units shipped and not yet returned. */
    readonly open?: number
  }
  WAREHOUSE_NOT_FOUND: { readonly warehouseId: string }
  INSUFFICIENT_STOCK: {
    readonly productId: string
    /** Absent if several warehouses were asked. */
    readonly warehouseId?: string
    readonly requested: number
    /** Units that can be reserved now. */
    readonly available: number
    /** When the next hold expires, in milliseconds since the epoch; null if none does, or if it is unknown. */
    readonly nextExpiryAt?: number | null
    /**
     * Units of this owner's holds of the level, as far as they are in memory: `replaces` can reuse them. Those of the hold
     * that the command replaces are in `available` instead.
     */
    readonly heldByOwner?: number
    /** For commands that take unsellable units: how many there are. */
    readonly unsellable?: number
    /** For a count: reserved units. */
    readonly reserved?: number
    /** For a count of units that have moved since: those expected by the sheet, and those on hand now. */
    readonly expected?: number
    readonly onHand?: number
    /** For commands that take units from the shelf: up to ten reservations in the way. */
    readonly reservations?: readonly {
      readonly id: string
      /** Its open units. */
      readonly qty: number
      readonly status: ReservationStatus
    }[]
    /** For a split order: what each warehouse could give. */
    readonly offers?: readonly { readonly warehouseId: string; readonly available: number }[]
  }
  CAPACITY_EXCEEDED: {
    readonly warehouseId: string
    readonly capacity: number
    readonly onHand: number
    readonly requested: number
  }
  RESERVATION_NOT_FOUND: { readonly reservationId: string }
  INVALID_RESERVATION_STATE: {
    readonly reservationId: string
    readonly status: ReservationStatus
    readonly expected: ReservationStatus
    /** The reservation that replaced it. */
    readonly replacedBy?: string
  }
  TRANSFER_NOT_FOUND: { readonly transferId: string }
  INVALID_TRANSFER_STATE: {
    readonly transferId: string
    readonly status: TransferStatus
    readonly expected: TransferStatus
  }
  WAREHOUSE_NOT_SELLING: { readonly warehouseId: string }
  STOCK_CHANGED: {
    readonly warehouseId: string
    readonly productId: string
    /** What the command goes by: its `ifSeq`, or the newest entry at the moment of a count `asOf`. */
    readonly ifSeq: number
    /** The level's newest entry, and the counts after it. */
    readonly seq: number
    readonly available: number
    readonly held: number
    readonly allocated: number
    readonly unsellable: number
    readonly onHand: number
  }
  IDEMPOTENCY_CONFLICT: object
  POLICY_FAILED: {
    /** The name of the sourcing strategy, `transferApproval`, or the function of a reorder strategy. */
    readonly policy: string
  }
  WAREHOUSE_IN_USE: { readonly warehouseId: string; readonly onHand: number }
  TOO_MANY: {
    /** The most that one command changes. */
    readonly most: number
    /** How many there are at least. */
    readonly atLeast: number
  }
  POSITION_AHEAD: {
    /** The position that was asked for. */
    readonly after: number
    /** The newest entry. */
    readonly seq: number
  }
  ALSO_FAILED: {
    /** The database's error code: five characters, such as 23505 for a duplicate key. */
    readonly sqlState: string
    /** Index of the statement, counted from 0; absent if only all of them together failed. */
    readonly statement?: number
  }
}

/** The type of a code's details. A shop's own code has details of its own. */
export type DetailsOf<Code extends string> = (Code extends RefusalCode
  ? RefusalDetails[Code]
  : Readonly<Record<string, unknown>>) & {
  /** Index of the refused command in a list, counted from 0. */
  readonly index?: number
}

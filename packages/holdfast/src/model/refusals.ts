import type { ReservationStatus } from './reservation.ts'
import type { TransferStatus } from './transfer.ts'

/** Every code that a refusal of ours can carry, with what it means in a few words. The codes never change. */
export const REFUSALS = {
  INVALID_INPUT: 'Input that no state of the inventory could accept',
  INVALID_QTY: 'A quantity that is none, or more than there can be',
  WAREHOUSE_NOT_FOUND: 'There is no such warehouse',
  INSUFFICIENT_STOCK: 'More than can be promised',
  CAPACITY_EXCEEDED: 'More than the warehouse takes',
  RESERVATION_NOT_FOUND: 'There is no such reservation',
  INVALID_RESERVATION_STATE: 'The reservation is in another state',
  TRANSFER_NOT_FOUND: 'There is no such transfer',
  INVALID_TRANSFER_STATE: 'The transfer is in another state',
  WAREHOUSE_NOT_SELLING: 'The warehouse does not sell',
  STOCK_CHANGED: 'The counts have changed since',
  IDEMPOTENCY_CONFLICT: 'The key was used for another command',
  POLICY_FAILED: 'The shop’s own policy could not decide',
  WAREHOUSE_IN_USE: 'The warehouse still holds stock',
  ALSO_FAILED: 'A statement that the command carried failed',
} as const satisfies Record<keyof RefusalDetails, string>

export type RefusalCode = keyof typeof REFUSALS

/** What a refusal says beside its code, by code: plain data, safe to log and to send. */
export interface RefusalDetails {
  INVALID_INPUT: {
    /** The field that is wrong, with its place in the command: `commands[3].qty`. */
    readonly field?: string
  }
  INVALID_QTY: {
    readonly field?: string
    readonly reservationId?: string
    readonly requested?: number
    /** Units of the reservation that are open; of a return, those that were shipped and have not come back. */
    readonly open?: number
  }
  WAREHOUSE_NOT_FOUND: { readonly warehouseId: string }
  INSUFFICIENT_STOCK: {
    readonly productId: string
    /** Absent if several warehouses were asked. */
    readonly warehouseId?: string
    readonly requested: number
    /** Units that can be promised now. */
    readonly available: number
    /** When the next hold expires, in milliseconds since the epoch; null if none does, or it is not known. */
    readonly nextExpiryAt?: number | null
    /** Units of the same owner’s holds of it, as far as they are in memory: `replaces` takes their place. */
    readonly heldByOwner?: number
    /** Of what takes unsellable units: how many there are. */
    readonly unsellable?: number
    /** Of a count: units that are reserved. */
    readonly reserved?: number
    /** Of what takes units from the shelf: reservations that stand in its way, ten of them. */
    readonly reservations?: readonly {
      readonly id: string
      /** Its open units. */
      readonly qty: number
      readonly status: ReservationStatus
    }[]
    /** Of a split order: what each warehouse could give. */
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
    /** The reservation that was made in its place. */
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
    readonly policy?: string
    readonly strategy?: string
  }
  WAREHOUSE_IN_USE: { readonly warehouseId: string; readonly onHand: number }
  ALSO_FAILED: {
    /** What the database said: five characters, such as 23505 for a key that is there already. */
    readonly sqlState: string
    /** Which of the statements, counted from 0; absent where only all of them together failed. */
    readonly statement?: number
  }
}

/** The details of a code; a shop's own code has details of its own. */
export type DetailsOf<Code extends string> = (Code extends RefusalCode
  ? RefusalDetails[Code]
  : Readonly<Record<string, unknown>>) & {
  /** Which command of a list it answers, counted from 0. */
  readonly index?: number
}

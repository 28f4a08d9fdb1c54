import type { Metadata } from './audit-entry.ts'

/** What every command may carry. */
export interface Common {
  /**
   * Same key and same command: the same answer, be it a refusal, and one effect. Kept 24 hours by default.
   */
  readonly idempotencyKey?: string | undefined
  /** Who does it; stands in every entry that the command writes. */
  readonly actor?: string | undefined
  /** Stands in every entry that the command writes, but for those of other holds that it finds expired. */
  readonly metadata?: Metadata | undefined
}

interface Place {
  readonly warehouseId: string
  readonly productId: string
}

export interface AddStock extends Common, Place {
  readonly qty: number
  readonly source: string
}
export interface RemoveStock extends Common, Place {
  readonly qty: number
  /** `DAMAGED` writes a DAMAGED entry, any other reason a REMOVED one. */
  readonly reason: string
}
export interface CountStock extends Common, Place {
  /** What a person counted on the shelf, reserved units included. */
  readonly onHand: number
  readonly reason?: string | undefined
}
export interface Reserve extends Common, Place {
  readonly qty: number
  /** From now, in milliseconds: 1 to 366 days. */
  readonly ttlMs: number
  readonly owner?: string | undefined
}
export interface Confirm extends Common {
  readonly reservationId: string
  /** Confirm only so many; the rest goes back to available. */
  readonly qty?: number | undefined
}
export interface ById extends Common {
  readonly reservationId: string
}
export interface Extend extends ById {
  /** From now, in milliseconds: 1 to 366 days. */
  readonly ttlMs: number
}
export interface TransferStock extends Common {
  readonly fromWarehouseId: string
  readonly toWarehouseId: string
  readonly productId: string
  readonly qty: number
  /** Adds an approval where the policy asks for none; never takes one away. */
  readonly requiresApproval?: boolean | undefined
}
export interface ApproveTransfer extends Common {
  readonly transferId: string
}
export interface RejectTransfer extends ApproveTransfer {
  readonly reason?: string | undefined
}
export interface FulfillAcrossWarehouses extends Common {
  readonly productId: string
  readonly qty: number
  readonly ttlMs: number
  /** The warehouses that may serve, the first one first; all of them where it is left out. */
  readonly warehouseOrder?: readonly string[] | undefined
  /** The name of a sourcing strategy; `givenOrder` where it is left out. */
  readonly strategy?: string | undefined
  readonly owner?: string | undefined
}

/** The commands of a list carry their verb. */
export type SingleCommand =
  | ({ readonly verb: 'addStock' } & AddStock)
  | ({ readonly verb: 'removeStock' } & RemoveStock)
  | ({ readonly verb: 'countStock' } & CountStock)
  | ({ readonly verb: 'reserve' } & Reserve)
  | ({ readonly verb: 'confirm' } & Confirm)
  | ({ readonly verb: 'release' } & ById)
  | ({ readonly verb: 'ship' } & ById)
  | ({ readonly verb: 'cancel' } & ById)
  | ({ readonly verb: 'extend' } & Extend)
  | ({ readonly verb: 'transfer' } & TransferStock)
  | ({ readonly verb: 'approveTransfer' } & ApproveTransfer)
  | ({ readonly verb: 'rejectTransfer' } & RejectTransfer)
  | ({ readonly verb: 'fulfillAcrossWarehouses' } & FulfillAcrossWarehouses)

export interface Atomically extends Common {
  /** 1 to 1,000, all or none of them. */
  readonly commands: readonly SingleCommand[]
}

export type Command = SingleCommand | ({ readonly verb: 'atomically' } & Atomically)

export interface Batch extends Common {
  /** 1 to 1,000, each answering for itself; none with the idempotency key of the whole list. */
  readonly commands: readonly Command[]
}

export type Verb = Command['verb']

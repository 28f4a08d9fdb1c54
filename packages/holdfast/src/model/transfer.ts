/** PENDING_APPROVAL → APPROVED or REJECTED. */
export const TransferStatus = {
  PENDING_APPROVAL: 'PENDING_APPROVAL',
  APPROVED: 'APPROVED',
  REJECTED: 'REJECTED',
} as const

export type TransferStatus = (typeof TransferStatus)[keyof typeof TransferStatus]

/** A move of units between two warehouses. The record is immutable: a decision makes a new one. */
export interface Transfer {
  readonly id: string
  readonly fromWarehouseId: string
  readonly toWarehouseId: string
  readonly productId: string
  readonly qty: number
  readonly status: TransferStatus
  readonly requestedBy: string | null
  readonly decidedBy: string | null
  /** Why it was rejected. */
  readonly reason: string | null
  readonly createdAt: number
  readonly decidedAt: number | null
  /** What it belongs to. */
  readonly group: string | null
}

/** The request that a policy decides on, and who makes it. */
export interface TransferRequest {
  readonly fromWarehouseId: string
  readonly toWarehouseId: string
  readonly productId: string
  readonly qty: number
  readonly requestedBy: string | null
}

/**
 * Decides whether a transfer waits for approval. It is called while a command is decided, so it must be pure and
 * synchronous. A caller's `requiresApproval` can require an approval, never waive one.
 * @example
 * const policy: TransferApprovalPolicy = {
 *   requiresApproval: ({ qty, toWarehouseId }) => qty > 100 || toWarehouseId === 'OUTLET',
 * }
 */
export interface TransferApprovalPolicy {
  requiresApproval(request: TransferRequest): boolean
}

/** The default: transfers move immediately. */
export const approveEverything: TransferApprovalPolicy = { requiresApproval: () => false }

/**
 * Transfers of more than `units` wait for approval.
 * @example
 * approvalAbove(100)
 */
export function approvalAbove(units: number): TransferApprovalPolicy {
  return { requiresApproval: (request) => request.qty > units }
}

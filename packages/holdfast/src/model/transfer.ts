/** PENDING_APPROVAL → APPROVED or REJECTED. */
export const TransferStatus = {
  PENDING_APPROVAL: 'PENDING_APPROVAL',
  APPROVED: 'APPROVED',
  REJECTED: 'REJECTED',
} as const

export type TransferStatus = (typeof TransferStatus)[keyof typeof TransferStatus]

/** A move of units between two warehouses: an immutable record, a decision makes a new one. */
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

/** What a policy may look at: the request, and who makes it. */
export interface TransferRequest {
  readonly fromWarehouseId: string
  readonly toWarehouseId: string
  readonly productId: string
  readonly qty: number
  readonly requestedBy: string | null
}

/**
 * Decides whether a transfer waits for somebody's approval. It is asked while a command is decided:
 * pure and synchronous. A caller's `requiresApproval` can add an approval, never take one away.
 * @example
 * const policy: TransferApprovalPolicy = {
 *   requiresApproval: ({ qty, toWarehouseId }) => qty > 100 || toWarehouseId === 'OUTLET',
 * }
 */
export interface TransferApprovalPolicy {
  requiresApproval(request: TransferRequest): boolean
}

/** The default: transfers move at once. */
export const approveEverything: TransferApprovalPolicy = { requiresApproval: () => false }

/**
 * Transfers of more than `units` wait for approval.
 * @example
 * approvalAbove(100)
 */
export function approvalAbove(units: number): TransferApprovalPolicy {
  return { requiresApproval: (request) => request.qty > units }
}

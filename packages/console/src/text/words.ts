/** What commands, codes and states are called on the page. */
const VERBS: Readonly<Record<string, string>> = {
  addStock: 'Receive',
  removeStock: 'Remove',
  countStock: 'Count',
  reserve: 'Hold',
  confirm: 'Sell',
  release: 'Release',
  extend: 'Extend',
  ship: 'Ship',
  cancel: 'Cancel',
  transfer: 'Transfer',
  approveTransfer: 'Approve a transfer',
  rejectTransfer: 'Reject a transfer',
  fulfillAcrossWarehouses: 'Hold across warehouses',
  atomically: 'Several together',
}

const CODES: Readonly<Record<string, string>> = {
  INSUFFICIENT_STOCK: 'Not enough stock',
  CAPACITY_EXCEEDED: 'No room in the warehouse',
  RESERVATION_NOT_FOUND: 'No such reservation',
  INVALID_RESERVATION_STATE: 'Reservation in another state',
  TRANSFER_NOT_FOUND: 'No such transfer',
  INVALID_TRANSFER_STATE: 'Transfer decided already',
  WAREHOUSE_NOT_FOUND: 'No such warehouse',
  IDEMPOTENCY_CONFLICT: 'Key used for something else',
  INVALID_INPUT: 'Bad input',
  INVALID_QTY: 'Bad quantity',
  POLICY_FAILED: 'A policy of the shop failed',
  BUSY: 'Too busy',
  TIMEOUT: 'Waited too long',
}

export function verbInWords(verb: string): string {
  return VERBS[verb] ?? verb
}

export function codeInWords(code: string): string {
  return CODES[code] ?? code
}

const STATES: Readonly<Record<string, string>> = {
  PENDING: 'Held',
  CONFIRMED: 'Sold',
  SHIPPED: 'Shipped',
  CANCELLED: 'Cancelled',
  RELEASED: 'Released',
  EXPIRED: 'Expired',
  PENDING_APPROVAL: 'Waiting',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
}

export function stateInWords(state: string): string {
  return STATES[state] ?? state
}

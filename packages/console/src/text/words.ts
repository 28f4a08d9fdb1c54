import type { RefusalCode, Verb } from 'holdfast/model'

// The words of the page for commands, codes and states.

const VERBS: Readonly<Record<Verb, string>> = {
  addStock: 'Receive',
  removeStock: 'Remove',
  countStock: 'Count',
  setAside: 'Set aside',
  putBack: 'Put back',
  writeOff: 'Write off',
  reserve: 'Hold',
  confirm: 'Sell',
  release: 'Release',
  extend: 'Extend',
  confirmAll: 'Sell all of',
  extendAll: 'Extend all of',
  releaseAll: 'Release all of',
  ship: 'Ship',
  cancel: 'Cancel',
  sell: 'Sell at once',
  moveReservation: 'Move',
  changeOwner: 'Change owner of',
  returnGoods: 'Take back',
  transfer: 'Transfer',
  approveTransfer: 'Approve',
  rejectTransfer: 'Reject',
  fulfillAcrossWarehouses: 'Hold across warehouses',
  closeWarehouse: 'Close warehouse',
  atomically: 'Several together',
}

const CODES: Readonly<Record<RefusalCode | 'BUSY' | 'TIMEOUT', string>> = {
  INSUFFICIENT_STOCK: 'Not enough stock',
  CAPACITY_EXCEEDED: 'No room in the warehouse',
  RESERVATION_NOT_FOUND: 'No such reservation',
  INVALID_RESERVATION_STATE: 'Reservation in another state',
  TRANSFER_NOT_FOUND: 'No such transfer',
  INVALID_TRANSFER_STATE: 'Transfer decided already',
  WAREHOUSE_NOT_FOUND: 'No such warehouse',
  WAREHOUSE_NOT_SELLING: 'Warehouse does not sell',
  WAREHOUSE_IN_USE: 'Warehouse not empty',
  TOO_MANY: 'Too many holds at once',
  POSITION_AHEAD: 'Trail ends before this position',
  STOCK_CHANGED: 'Counts changed meanwhile',
  ALSO_FAILED: 'The database refused what belongs to it',
  IDEMPOTENCY_CONFLICT: 'Key used for something else',
  INVALID_INPUT: 'Invalid input',
  INVALID_QTY: 'Invalid quantity',
  POLICY_FAILED: 'A policy of the shop failed',
  BUSY: 'Too busy',
  TIMEOUT: 'Waited too long',
}

export function verbInWords(verb: string): string {
  return called(VERBS, verb)
}

export function codeInWords(code: string): string {
  return called(CODES, code)
}

const STATES: Readonly<Record<string, string>> = {
  PENDING: 'Held',
  CONFIRMED: 'Sold',
  SHIPPED: 'Shipped',
  CANCELLED: 'Cancelled',
  RELEASED: 'Released',
  EXPIRED: 'Expired',
  REPLACED: 'Replaced',
  PENDING_APPROVAL: 'Waiting',
  APPROVED: 'Approved',
  REJECTED: 'Rejected',
}

export function stateInWords(state: string): string {
  return called(STATES, state)
}

/** A newer service may have names that are unknown here. */
function called(names: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(names, name) ? names[name]! : name
}

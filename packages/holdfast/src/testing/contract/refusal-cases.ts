import { SOCK, START, TTL } from './fixture.ts'

export interface RefusalCase {
  readonly command: (ids: Record<string, string>) => object
  readonly name: string
  readonly code: string
  readonly details: (ids: Record<string, string>) => object
}

export const INTO_TINY = { fromWarehouseId: 'SF', toWarehouseId: 'TINY', productId: 'SOCK' }
export const NOBODY = '00000000-0000-8001-8000-000000000001'

/** Each refusal once, with its details. The fixture is 10 SOCK in SF: 3 held, 2 sold, 5 available. */
export const REFUSAL_CASES: Readonly<Record<string, RefusalCase>> = {
  'too little to reserve': {
    command: () => ({ verb: 'reserve', ...SOCK, qty: 6, ttlMs: TTL }),
    name: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    details: () => ({ ...SOCK, requested: 6, available: 5, nextExpiryAt: START + TTL }),
  },
  'a product that was never there': {
    command: () => ({ verb: 'reserve', ...SOCK, productId: 'NEVER', qty: 1, ttlMs: TTL }),
    name: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    details: () => ({
      ...SOCK,
      productId: 'NEVER',
      requested: 1,
      available: 0,
      nextExpiryAt: null,
    }),
  },
  'too little to remove': {
    command: () => ({ verb: 'removeStock', ...SOCK, qty: 6, reason: 'LOST' }),
    name: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    details: ({ held, sold }) => ({
      ...SOCK,
      requested: 6,
      available: 5,
      nextExpiryAt: START + TTL,
      reservations: [
        { id: held, qty: 3, status: 'PENDING' },
        { id: sold, qty: 2, status: 'CONFIRMED' },
      ],
    }),
  },
  'too little to transfer': {
    command: () => ({ verb: 'transfer', ...INTO_TINY, qty: 6 }),
    name: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    details: () => ({ ...SOCK, requested: 6, available: 5, nextExpiryAt: START + TTL }),
  },
  'too little in all warehouses': {
    command: () => ({
      verb: 'fulfillAcrossWarehouses',
      productId: 'SOCK',
      qty: 8,
      ttlMs: TTL,
      warehouseOrder: ['NYC', 'SF'],
    }),
    name: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    details: () => ({
      productId: 'SOCK',
      requested: 8,
      available: 7,
      offers: [
        { warehouseId: 'NYC', available: 2 },
        { warehouseId: 'SF', available: 5 },
      ],
    }),
  },
  'fewer counted than reserved': {
    command: () => ({ verb: 'countStock', ...SOCK, onHand: 4 }),
    name: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    details: ({ held, sold }) => ({
      ...SOCK,
      requested: 4,
      available: 5,
      reserved: 5,
      reservations: [
        { id: held, qty: 3, status: 'PENDING' },
        { id: sold, qty: 2, status: 'CONFIRMED' },
      ],
    }),
  },
  'no room': {
    command: () => ({ verb: 'addStock', ...SOCK, warehouseId: 'TINY', qty: 6, source: 'S' }),
    name: 'CapacityExceededError',
    code: 'CAPACITY_EXCEEDED',
    details: () => ({ warehouseId: 'TINY', capacity: 5, onHand: 1, requested: 6 }),
  },
  'no room for a transfer': {
    command: () => ({ verb: 'transfer', ...INTO_TINY, qty: 5 }),
    name: 'CapacityExceededError',
    code: 'CAPACITY_EXCEEDED',
    details: () => ({ warehouseId: 'TINY', capacity: 5, onHand: 1, requested: 5 }),
  },
  'no such warehouse': {
    command: () => ({ verb: 'addStock', ...SOCK, warehouseId: 'MOON', qty: 1, source: 'S' }),
    name: 'WarehouseNotFoundError',
    code: 'WAREHOUSE_NOT_FOUND',
    details: () => ({ warehouseId: 'MOON' }),
  },
  'no such reservation': {
    command: () => ({ verb: 'confirm', reservationId: NOBODY }),
    name: 'ReservationNotFoundError',
    code: 'RESERVATION_NOT_FOUND',
    details: () => ({ reservationId: NOBODY }),
  },
  'no such reservation, whose id is none of ours': {
    command: () => ({ verb: 'release', reservationId: '__proto__' }),
    name: 'ReservationNotFoundError',
    code: 'RESERVATION_NOT_FOUND',
    details: () => ({ reservationId: '__proto__' }),
  },
  'a reservation in another state': {
    command: ({ sold }) => ({ verb: 'release', reservationId: sold }),
    name: 'InvalidReservationStateError',
    code: 'INVALID_RESERVATION_STATE',
    details: ({ sold }) => ({ reservationId: sold, status: 'CONFIRMED', expected: 'PENDING' }),
  },
  'more confirmed than held': {
    command: ({ held }) => ({ verb: 'confirm', reservationId: held, qty: 4 }),
    name: 'InvalidQtyError',
    code: 'INVALID_QTY',
    details: ({ held }) => ({ reservationId: held, requested: 4, open: 3 }),
  },
  'more shipped than open': {
    command: ({ sold }) => ({ verb: 'ship', reservationId: sold, qty: 3 }),
    name: 'InvalidQtyError',
    code: 'INVALID_QTY',
    details: ({ sold }) => ({ reservationId: sold, requested: 3, open: 2 }),
  },
  'fewer set aside than are to be put back': {
    command: () => ({ verb: 'putBack', ...SOCK, qty: 1 }),
    name: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    details: () => ({ ...SOCK, requested: 1, available: 5, unsellable: 0 }),
  },
  'counts that have changed since': {
    command: () => ({ verb: 'addStock', ...SOCK, qty: 1, source: 'S', ifSeq: 1 }),
    name: 'StockChangedError',
    code: 'STOCK_CHANGED',
    details: ({ soldSeq }) => ({
      ...{ ...SOCK, ifSeq: 1, seq: Number(soldSeq) },
      ...{ available: 5, held: 3, allocated: 2, unsellable: 0, onHand: 10 },
    }),
  },
  'a warehouse to be closed that holds units': {
    command: () => ({ verb: 'closeWarehouse', warehouseId: 'SF' }),
    name: 'WarehouseInUseError',
    code: 'WAREHOUSE_IN_USE',
    details: () => ({ warehouseId: 'SF', onHand: 10 }),
  },
  'a result that is none yet': {
    command: () => ({
      verb: 'atomically',
      commands: [{ verb: 'release', reservationId: { result: 0 } }],
    }),
    name: 'InvalidInputError',
    code: 'INVALID_INPUT',
    details: () => ({ field: 'reservationId.result', index: 0 }),
  },
  'no such transfer': {
    command: () => ({ verb: 'approveTransfer', transferId: NOBODY }),
    name: 'TransferNotFoundError',
    code: 'TRANSFER_NOT_FOUND',
    details: () => ({ transferId: NOBODY }),
  },
  'a transfer that is decided': {
    command: ({ moved }) => ({ verb: 'rejectTransfer', transferId: moved }),
    name: 'InvalidTransferStateError',
    code: 'INVALID_TRANSFER_STATE',
    details: ({ moved }) => ({
      transferId: moved,
      status: 'APPROVED',
      expected: 'PENDING_APPROVAL',
    }),
  },
  'a transfer to where it comes from': {
    command: () => ({ verb: 'transfer', ...INTO_TINY, toWarehouseId: 'SF', qty: 1 }),
    name: 'InvalidInputError',
    code: 'INVALID_INPUT',
    details: () => ({ field: 'toWarehouseId' }),
  },
  'an unknown strategy': {
    command: () => ({
      verb: 'fulfillAcrossWarehouses',
      productId: 'SOCK',
      qty: 1,
      ttlMs: TTL,
      strategy: 'toString',
    }),
    name: 'InvalidInputError',
    code: 'INVALID_INPUT',
    details: () => ({ field: 'strategy' }),
  },
  'a quantity that is none': {
    command: () => ({ verb: 'reserve', ...SOCK, qty: 1.5, ttlMs: TTL }),
    name: 'InvalidQtyError',
    code: 'INVALID_QTY',
    details: () => ({ field: 'qty' }),
  },
  'a mistyped field': {
    command: () => ({ verb: 'reserve', ...SOCK, qty: 1, ttlMs: TTL, onwer: 'cart-1' }),
    name: 'InvalidInputError',
    code: 'INVALID_INPUT',
    details: () => ({ field: 'onwer' }),
  },
}

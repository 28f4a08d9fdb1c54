/** What a refusal carries beside its code: plain data, safe to log and to send. */
export type Details = Readonly<Record<string, unknown>>

/**
 * A command was refused and changed nothing. `code` never changes between versions, messages may.
 *
 * Refusals are made without a stack: sold out is the busiest moment of a shop, and a trace of the
 * engine's own frames costs more than deciding the refusal (measured: 4.1 µs with, 0.4 µs without).
 * @example
 * await inventory.reserve(command).catch((error: unknown) => {
 *   if (error instanceof InventoryError) console.log(error.code, error.details)
 *   else throw error
 * })
 */
export class InventoryError extends Error {
  readonly code: string
  readonly details: Details

  constructor(code: string, message: string, details: Details = {}) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = limit
    this.code = code
    this.details = details
  }

  override get name(): string {
    return this.constructor.name
  }

  /** The same refusal, saying which command of a list it answers. */
  at(index: number): InventoryError {
    return inventoryError(this.code, this.message, { ...this.details, index })
  }

  toJSON(): { code: string; message: string; details: Details } {
    return { code: this.code, message: this.message, details: this.details }
  }
}

/** Input that no state of the inventory could accept: a malformed id, an unknown field, … */
export class InvalidInputError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('INVALID_INPUT', message, details)
  }
}

/** A quantity that is no integer from 1 to 1e12 (0 is allowed where something is counted). */
export class InvalidQtyError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('INVALID_QTY', message, details)
  }
}

export class WarehouseNotFoundError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('WAREHOUSE_NOT_FOUND', message, details)
  }
}

/**
 * More was asked for than can be promised; `details` say how much there is, and when more may come.
 * @example
 * if (error instanceof InsufficientStockError) console.log('only', error.details['available'])
 */
export class InsufficientStockError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('INSUFFICIENT_STOCK', message, details)
  }
}

export class CapacityExceededError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('CAPACITY_EXCEEDED', message, details)
  }
}

export class ReservationNotFoundError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('RESERVATION_NOT_FOUND', message, details)
  }
}

export class InvalidReservationStateError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('INVALID_RESERVATION_STATE', message, details)
  }
}

export class TransferNotFoundError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('TRANSFER_NOT_FOUND', message, details)
  }
}

export class InvalidTransferStateError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('INVALID_TRANSFER_STATE', message, details)
  }
}

/** An idempotency key came back with another command than the one that it was first used for. */
export class IdempotencyConflictError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('IDEMPOTENCY_CONFLICT', message, details)
  }
}

/** A policy or strategy of the shop's own threw, or answered what it must not. */
export class PolicyFailedError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('POLICY_FAILED', message, details)
  }
}

/** A warehouse that still holds stock was left out of the list. */
export class WarehouseInUseError extends InventoryError {
  constructor(message: string, details?: Details) {
    super('WAREHOUSE_IN_USE', message, details)
  }
}

const CLASSES: Readonly<
  Record<string, new (message: string, details?: Details) => InventoryError>
> = {
  INVALID_INPUT: InvalidInputError,
  INVALID_QTY: InvalidQtyError,
  WAREHOUSE_NOT_FOUND: WarehouseNotFoundError,
  INSUFFICIENT_STOCK: InsufficientStockError,
  CAPACITY_EXCEEDED: CapacityExceededError,
  RESERVATION_NOT_FOUND: ReservationNotFoundError,
  INVALID_RESERVATION_STATE: InvalidReservationStateError,
  TRANSFER_NOT_FOUND: TransferNotFoundError,
  INVALID_TRANSFER_STATE: InvalidTransferStateError,
  IDEMPOTENCY_CONFLICT: IdempotencyConflictError,
  POLICY_FAILED: PolicyFailedError,
  WAREHOUSE_IN_USE: WarehouseInUseError,
}

/** Every code that a refusal can carry. */
export const REFUSAL_CODES: readonly string[] = Object.keys(CLASSES)

/**
 * The refusal with this code: how a stored or received one becomes an error of its class again.
 * @example
 * inventoryError('INSUFFICIENT_STOCK', 'need 2, have 1') instanceof InsufficientStockError // true
 */
export function inventoryError(code: string, message: string, details?: Details): InventoryError {
  const Class = Object.hasOwn(CLASSES, code) ? CLASSES[code] : undefined
  return Class ? new Class(message, details) : new InventoryError(code, message, details)
}

/**
 * A rule of the engine itself was broken: a bug, never the caller's doing. The batch in which it
 * trips is not committed, and the store turns read-only, so that it is not retried into the data.
 */
export class InvariantError extends Error {
  override get name(): string {
    return 'InvariantError'
  }
}

/** Assertions stay on in production. @throws InvariantError */
export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) throw new InvariantError(message)
}

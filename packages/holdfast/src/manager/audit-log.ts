import { EFFECTS, type AdjustmentType } from '../model/adjustment-type.ts'
import type { AuditEntry, Metadata } from '../model/audit-entry.ts'
import { assert, InvalidQtyError } from '../model/errors.ts'
import { checkId } from '../model/id.ts'
import { checkObject, checkText, invalid, isTime, LIMITS } from '../model/limits.ts'

/**
 * Where the in-memory manager writes its trail: the specification's AuditLog. A test or a program can supply its own
 * (option `auditLog`).
 * @example
 * const calls: unknown[] = []
 * const auditLog: AuditTrail = { entries: [], append: (type, productId) => calls.push([type, productId]) }
 */
export interface AuditTrail {
  readonly entries: readonly AuditEntry[]
  /**
   * Called for each movement before it happens, with the `entry` as it will be in the trail. If it throws, the command
   * is refused with that error, and the inventory is unchanged.
   */
  append(
    type: AdjustmentType,
    productId: string,
    warehouseId: string,
    qty: number,
    metadata: Metadata,
    entry: AuditEntry,
  ): void
}

const refuse = (): never => {
  throw new TypeError('the audit log is append-only: its entries cannot be changed')
}

/**
 * The trail in memory: append-only. `entries` is a live view that refuses every change, and freezes an entry when it
 * returns it (freezing each on append would cost a third of the throughput of the in-memory manager).
 */
export class AuditLog implements AuditTrail {
  readonly #clock: () => number
  readonly #entries: AuditEntry[] = []
  readonly entries: readonly AuditEntry[] = new Proxy(this.#entries, {
    // Freeze only entries, the list's own objects: `__proto__` is shared and must not be frozen.
    get: (target, property, receiver): unknown => {
      const value: unknown = Reflect.get(target, property, receiver)
      return typeof value === 'object' && Object.hasOwn(target, property)
        ? frozen(value as AuditEntry)
        : value
    },
    getOwnPropertyDescriptor: (target, property) => {
      const found = Reflect.getOwnPropertyDescriptor(target, property)
      if (typeof found?.value === 'object') frozen(found.value as AuditEntry)
      return found
    },
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
    setPrototypeOf: refuse,
    preventExtensions: refuse,
  })

  /** `clock`: milliseconds since the epoch, for entries that are appended without a manager. */
  constructor(clock: () => number) {
    this.#clock = clock
  }

  get length(): number {
    return this.#entries.length
  }

  /**
   * Appends an entry. A manager passes the finished `entry`. Without one it is made from the other arguments, and its
   * balances follow from the entries before it.
   * @throws InvalidInputError, InvalidQtyError
   */
  append(
    type: AdjustmentType,
    productId: string,
    warehouseId: string,
    qty: number,
    metadata: Metadata = {},
    entry: AuditEntry = this.#made(type, productId, warehouseId, qty, metadata),
  ): void {
    const next = this.#entries.length + 1
    assert(entry.seq === next, () => `entry ${entry.seq} leaves a gap in the trail`)
    this.#entries.push(entry)
  }

  #made(
    type: AdjustmentType,
    productId: string,
    warehouseId: string,
    qty: number,
    metadata: Metadata,
  ): AuditEntry {
    if (!Object.hasOwn(EFFECTS, type))
      throw invalid('type', `must be one of ${Object.keys(EFFECTS).join(', ')}`)
    checkId(productId, 'productId')
    checkId(warehouseId, 'warehouseId')
    if (!Number.isSafeInteger(qty))
      throw new InvalidQtyError('qty must be a whole number', { field: 'qty' })
    checkObject(metadata, 'metadata')
    for (const [key, value] of Object.entries(metadata))
      if (value !== '') checkText(value, `metadata.${key}`, LIMITS.metadataValueLength)
    const before = this.#entries.findLast(
      (one) => one.productId === productId && one.warehouseId === warehouseId,
    )
    const effect = EFFECTS[type]
    const seq = this.#entries.length + 1
    return {
      id: String(seq),
      seq,
      type,
      productId,
      warehouseId,
      fromWarehouseId: metadata['fromWarehouse'] ?? null,
      qty,
      timestamp: this.#now(),
      reservationId: metadata['reservationId'] ?? null,
      transferId: null,
      actor: null,
      metadata: { ...metadata },
      reference: null,
      group: null,
      available: (before?.available ?? 0) + effect.available * qty,
      held: (before?.held ?? 0) + effect.held * qty,
      allocated: (before?.allocated ?? 0) + effect.allocated * qty,
      unsellable: (before?.unsellable ?? 0) + effect.unsellable * qty,
    }
  }

  /** Never before the newest entry. */
  #now(): number {
    const now = this.#clock()
    return Math.max(isTime(now) ? now : 0, this.#entries.at(-1)?.timestamp ?? 0)
  }
}

function frozen(entry: AuditEntry): AuditEntry {
  Object.freeze(entry.metadata)
  return Object.freeze(entry)
}

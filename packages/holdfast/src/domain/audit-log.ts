import type { AuditEntry } from './audit-entry.ts'
import { assert } from './errors.ts'

const refuse = (): never => {
  throw new TypeError('the audit log is append-only: its entries cannot be changed')
}

/**
 * The trail in memory: append-only, apart from the live counts. `entries` is a live view that
 * refuses every change, and freezes an entry when it hands it out (freezing each on append would
 * cost a third of the throughput of the in-memory manager).
 */
export class AuditLog {
  readonly #entries: AuditEntry[] = []
  readonly entries: readonly AuditEntry[] = new Proxy(this.#entries, {
    // Only an entry is the list's own object: `__proto__` is everybody's, and must not be frozen.
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

  append(entry: AuditEntry): void {
    assert(entry.seq === this.#entries.length + 1, `entry ${entry.seq} leaves a gap in the trail`)
    this.#entries.push(entry)
  }
}

function frozen(entry: AuditEntry): AuditEntry {
  Object.freeze(entry.metadata)
  return Object.freeze(entry)
}

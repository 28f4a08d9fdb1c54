import { InvalidInputError, InvalidQtyError } from './errors.ts'
import type { Metadata } from './audit-entry.ts'

/**
 * The bounds of all external input. Lengths are in code points, as JSON Schema counts them.
 * @example
 * LIMITS.commands // 1000: the most commands of one batch
 */
export const LIMITS = {
  idLength: 128,
  textLength: 500,
  keyLength: 255,
  referenceTypeLength: 40,
  /** Reservations that one transfer can move. */
  takenAlong: 100,
  /** Holds of one owner or group that one command extends, releases or confirms. */
  holdsAtOnce: 1000,
  qty: 1e12,
  ttlMs: 31_622_400_000,
  metadataKeys: 50,
  metadataKeyLength: 40,
  metadataValueLength: 500,
  commands: 1000,
  warehouses: 1000,
  /**
   * The bytes that one command, or one list with all of its commands, may write to the trail. A list's metadata is
   * repeated in each of its entries, so limits on texts and on the number of commands are not enough. Ten thousand
   * commands with ids of full length fit; that takes a tenth of a second.
   */
  commandBytes: 8_388_608,
  /** The bytes that one commit writes to the trail, unless one command needs more: it bounds how long others wait. */
  commitBytes: 16_777_216,
  /** The bytes that may wait in the queue, counted in the same way: a few seconds of work. */
  queueBytes: 67_108_864,
  /** The most items on a page, and how many are on one whose caller does not say. */
  pageItems: 1000,
  defaultPageItems: 100,
  /** Approximate size in bytes at which a page ends before its `limit`: a thousand large entries are 80 MB. */
  pageBytes: 1_048_576,
} as const

/** Metadata keys that only the engine writes. A caller must not be able to forge them. */
export const OWN_KEYS: ReadonlySet<string> = new Set([
  'source',
  'reason',
  'because',
  'reservationId',
  'toWarehouse',
  'fromWarehouse',
  'expiresAt',
  'expiredAt',
  'owner',
  'replaces',
  'name',
  'capacity',
  'reorderThreshold',
  'reorderThresholds',
  'sells',
  'closed',
])

/** Bytes that are not text decode to this character, so a stored text that contains it was changed. */
export const NOT_DECODED = '\ufffd'

/**
 * Well-formed Unicode without control characters, 1 to `max` code points. A string that a store rejects would make a
 * whole batch of other commands fail, so it is refused here.
 * @throws InvalidInputError
 */
export function checkText(value: unknown, field: string, max: number): asserts value is string {
  if (typeof value !== 'string') throw invalid(field, 'must be a string')
  if (value.length === 0) throw invalid(field, 'must not be empty')
  if (value.length > max && codePoints(value, max) > max)
    throw invalid(field, `must have at most ${max} characters`)
  let surrogates = false
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) {
      throw invalid(field, 'must not contain control characters')
    }
    if (unit >= 0xd800 && unit <= 0xdfff) surrogates = true
  }
  if (surrogates && !value.isWellFormed()) throw invalid(field, 'must be well-formed Unicode')
  if (value.includes(NOT_DECODED))
    throw invalid(field, 'must not contain U+FFFD, the replacement for bytes that are not text')
}

/** Stops counting once the text is too long. */
function codePoints(text: string, max: number): number {
  return text.length > 2 * max ? text.length : Array.from(text).length
}

/** Whole units, `least` to 1e12. @throws InvalidQtyError */
export function checkQty(value: unknown, field: string, least: 0 | 1 = 1): asserts value is number {
  if (
    typeof value !== 'number' ||
    !Number.isInteger(value) ||
    value < least ||
    value > LIMITS.qty
  ) {
    throw new InvalidQtyError(`${field} must be a whole number from ${least} to ${LIMITS.qty}`, {
      field,
    })
  }
}

/** The end of the year 9999. */
export const LATEST = 253_402_300_799_999

/** Whether it is milliseconds since 1970 that can be stored, with any `ttlMs` added. */
export function isTime(ms: number): boolean {
  return ms >= 0 && ms <= LATEST
}

/** Milliseconds, 1 to 366 days. @throws InvalidInputError */
export function checkTtl(value: unknown, field: string): asserts value is number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > LIMITS.ttlMs) {
    throw invalid(field, `must be a whole number of milliseconds from 1 to ${LIMITS.ttlMs}`)
  }
}

/** At most 50 keys of 40 characters with values of 500; none of the engine's keys. @throws InvalidInputError */
export function checkMetadata(value: unknown, field: string): asserts value is Metadata {
  checkObject(value, field)
  if (!isPlain(value)) throw invalid(field, 'must be a plain object')
  const keys = Object.keys(value)
  if (keys.length > LIMITS.metadataKeys)
    throw invalid(field, `must have at most ${LIMITS.metadataKeys} keys`)
  for (const key of keys) {
    checkText(key, `${field} key`, LIMITS.metadataKeyLength)
    if (OWN_KEYS.has(key))
      throw invalid(`${field}.${key}`, 'is a key that the engine writes itself')
    const text = value[key]
    if (text === '') continue
    checkText(text, `${field}.${key}`, LIMITS.metadataValueLength)
  }
}

export function checkObject(
  value: unknown,
  field: string,
): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(field, 'must be an object')
  }
}

/** @throws InvalidInputError */
export function checkFunction(value: unknown, field: string): void {
  if (typeof value !== 'function') throw invalid(field, 'must be a function')
}

/** Duck-typed: test environments and browser windows have their own classes. @throws InvalidInputError */
export function checkSignal(signal: Partial<AbortSignal> | null | undefined): void {
  if (signal === undefined) return
  if (typeof signal?.aborted !== 'boolean' || typeof signal.addEventListener !== 'function')
    throw invalid('signal', 'must be an AbortSignal')
}

/** Options by their names: a mistyped one would otherwise be ignored silently. @throws InvalidInputError */
export function checkOptions(given: unknown, known: ReadonlySet<string>): void {
  checkObject(given, 'options')
  for (const name in given) if (!known.has(name)) throw invalid(name, 'is not an option')
}

/** Options that are true, false or left out. @throws InvalidInputError */
export function checkFlags<Name extends string>(
  given: { readonly [N in Name]?: unknown },
  names: readonly Name[],
): void {
  for (const name of names)
    if (!['boolean', 'undefined'].includes(typeof given[name]))
      throw invalid(name, 'must be true or false')
}

const OF_A_READ: ReadonlySet<string> = new Set(['signal'])

/** The signal among the options of a read. @throws InvalidInputError */
export function ownSignal(given: { readonly signal?: AbortSignal | undefined } = {}) {
  checkOptions(given, OF_A_READ)
  checkSignal(given.signal)
  return given.signal
}

/** Not a Map, a Date or the like: their content is not in their keys. Plain objects of other realms pass. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

export function invalid(field: string, what: string): InvalidInputError {
  return new InvalidInputError(`${field} ${what}`, { field })
}

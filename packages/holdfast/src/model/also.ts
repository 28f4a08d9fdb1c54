/**
 * One of the shop's own SQL statements, as `pg` takes it: the text refers to the values as `$1`, `$2`, …
 * @example
 * const order: SqlStatement = { text: 'INSERT INTO orders (id) VALUES ($1)', values: ['o-1'] }
 */
export interface SqlStatement {
  readonly text: string
  /** Default: none. */
  readonly values?: readonly unknown[] | undefined
}

/** A statement with its values, if only an empty list of them. */
export interface BoundStatement extends SqlStatement {
  readonly values: readonly unknown[]
}

const NAMES = ['reservationId', 'transferId', 'seq', 'at', 'expiresAt'] as const

/** The values a command can make for its statements. */
export type MadeName = (typeof NAMES)[number]

/** Says whose value it is. Indexes count from 0; without them, the command itself. */
export interface MadeOf {
  /** The index of a result in a list. */
  readonly result?: number | undefined
  /** The index of a leg of a split order. */
  readonly leg?: number | undefined
}

export interface Made {
  readonly name: MadeName
  readonly result: number | null
  readonly leg: number | null
}

/** A placeholder among the values of a statement, filled in at commit. */
export interface MadeValue {
  /** @throws TypeError: there is no value yet, and inside JSON the placeholder would not be found */
  toJSON(): never
  /** @throws TypeError: as text it would become "[object Object]" */
  [Symbol.toPrimitive](): never
}

/** The same for every copy of the library in a program. */
const MADE = Symbol.for('holdfast.made')

/**
 * A value that the command makes, for a statement committed with it.
 * @example
 * const text = 'INSERT INTO orders (id, reservation_id) VALUES ($1, $2)'
 * const order = { text, values: ['o-1', made('reservationId')] }
 * // The second leg of the first result of a list:
 * const leg = made('reservationId', { result: 0, leg: 1 })
 * @throws TypeError if there is no such name, or an index is not a whole number from 0
 */
export function made(name: MadeName, of: MadeOf = {}): MadeValue {
  if (!NAMES.includes(name))
    throw new TypeError(`made: the name must be one of ${NAMES.join(', ')}; it is ${shown(name)}`)
  if (typeof of !== 'object' || of === null || Array.isArray(of))
    throw new TypeError(
      `made: the second argument must be like { result: 0, leg: 0 }; it is ${shown(of)}`,
    )
  for (const key of Object.keys(of))
    if (key !== 'result' && key !== 'leg')
      throw new TypeError(`made: ${shown(key)} is neither result nor leg`)
  const result = indexOf('result', of.result)
  const leg = indexOf('leg', of.leg)
  return Object.freeze(new Placeholder(Object.freeze({ name, result, leg })))
}

/** The arguments of `made`, or null for any other value. Recognized by the symbol, never by the shape. */
export function madeOf(value: unknown): Made | null {
  if (typeof value !== 'object' || value === null) return null
  return (value as { readonly [MADE]?: Made })[MADE] ?? null
}

/** A class, because query builders serialize or copy plain objects. */
class Placeholder implements MadeValue {
  readonly [MADE]: Made

  constructor(asked: Made) {
    this[MADE] = asked
  }

  toJSON(): never {
    throw this.#tooEarly()
  }

  [Symbol.toPrimitive](): never {
    throw this.#tooEarly()
  }

  #tooEarly(): TypeError {
    return new TypeError(
      `made('${this[MADE].name}') has no value before its command is committed: ` +
        'use it as a separate value in a statement given to the command as `also`',
    )
  }
}

function indexOf(field: string, value: unknown): number | null {
  if (value === undefined) return null
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw new TypeError(`made: ${field} must be a whole number from 0; it is ${shown(value)}`)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

import { Buffer } from 'node:buffer'
import { hash } from 'node:crypto'
import { madeOf, type Made, type BoundStatement } from '../../model/also.ts'
import { jsonBytes } from '../../model/json-bytes.ts'
import type { InvalidInputError } from '../../model/errors.ts'
import { checkObject, invalid, isPlain } from '../../model/limits.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { Transfer } from '../../model/transfer.ts'

/** The statements given with a command: checked copies. */
export interface Also {
  readonly statements: readonly BoundStatement[]
  /** Equal statements have equal texts. Part of an idempotency key's fingerprint. */
  readonly canonical: string
}

const STATEMENTS = 20
const TEXT_LENGTH = 65_536
const VALUES = 10_000
const BYTES = 1_048_576
/** As in PostgreSQL's arrays. */
const DEPTH = 6
/** No comment may precede it: telling the two apart would need an SQL parser. */
const FIRST_WORD = /^\s*(?:insert|update|delete|merge|select|with)\b/i

/**
 * At most 20 statements, with 10,000 values each, 1 MiB together. The caller may change its objects once the call has
 * returned. Null for an empty list, as for none. @throws InvalidInputError
 */
export function ownAlso(given: unknown): Also | null {
  if (!Array.isArray(given)) throw invalid('also', 'must be a list of statements')
  if (given.length === 0) return null
  if (given.length > STATEMENTS) throw invalid('also', `must have at most ${STATEMENTS} statements`)
  const statements = Array.from(given as unknown[], ownStatement)
  const canonical = canonicalOf(statements)
  if (jsonBytes(canonical) > BYTES) throw tooLarge()
  return { statements, canonical }
}

/** The refusal of a store that runs no statements of the shop. */
export function carriesNone(): InvalidInputError {
  return invalid('also', 'needs a PostgreSQL store, where the shop has tables of its own')
}

/** The statements a handler gives one by one, to be written with its entry. Bounded and copied in the same way. */
export class EntryAlso {
  readonly #statements: BoundStatement[] = []
  #bytes = 0
  #isOver = false

  get statements(): readonly BoundStatement[] {
    return this.#statements
  }

  get bytes(): number {
    return this.#bytes
  }

  /** @throws InvalidInputError */
  add(given: unknown): void {
    if (this.#isOver) throw invalid('also', 'was called after the handler had ended')
    const index = this.#statements.length
    if (index === STATEMENTS)
      throw invalid('also', `must be called at most ${STATEMENTS} times for an entry`)
    const statement = ownStatement(given, index)
    const place = statement.values.findIndex(isMade)
    if (place >= 0)
      throw invalid(`also[${index}].values[${place}]`, 'must be a value: an entry makes nothing')
    const bytes = this.#bytes + jsonBytes(canonicalOf([statement]))
    if (bytes > BYTES) throw tooLarge()
    this.#statements.push(statement)
    this.#bytes = bytes
  }

  /** Later statements are refused: they belong to no entry. */
  end(): void {
    this.#isOver = true
  }
}

function canonicalOf(statements: readonly BoundStatement[]): string {
  return JSON.stringify(statements.map(({ text, values }) => [text, values.map(canonicalValue)]))
}

function tooLarge(): InvalidInputError {
  return invalid('also', `must have at most ${BYTES} bytes in total`)
}

/** Identifies statements that come again. */
export function digestOf({ canonical }: Also): string {
  return hash('sha256', canonical, 'base64url')
}

/** The statements with what the command has made filled in. @throws InvalidInputError if it has made no such thing */
export function filled(
  { statements }: Also,
  answer: object,
  at: number,
): readonly BoundStatement[] {
  return statements.map((statement, index) => {
    if (!statement.values.some(isMade)) return statement
    const values = statement.values.map((value, place) => {
      if (!isMade(value)) return value
      const own = valueOf(madeOf(value)!, answer as Answer, at)
      if (own !== undefined) return own
      throw invalid(`also[${index}].values[${place}]`, 'names what the command does not make')
    })
    return { text: statement.text, values }
  })
}

interface Answer extends Partial<Reservation>, Partial<Omit<Transfer, keyof Reservation>> {
  /** Of a result of a batch. */
  readonly ok?: boolean
  readonly seq?: number
  readonly answers?: readonly Answer[]
  readonly reservations?: readonly Answer[]
}

function valueOf({ name, result, leg }: Made, whole: Answer, at: number): unknown {
  let one = result === null ? whole : whole.answers?.[result]
  if (leg !== null) one = one?.reservations?.[leg]
  if (one === undefined || one.ok === false) return undefined
  if (name === 'at') return at
  if (name === 'seq') return one.seq
  if (one.id === undefined) return undefined
  if (name === 'transferId') return one.fromWarehouseId === undefined ? undefined : one.id
  if (one.expiresAt === undefined) return undefined
  return name === 'expiresAt' ? one.expiresAt : one.id
}

function ownStatement(given: unknown, index: number): BoundStatement {
  const field = `also[${index}]`
  checkObject(given, field)
  // Read only once, so that what was checked is what is sent.
  const { text, values = [] } = given
  if (typeof text !== 'string' || text.length > TEXT_LENGTH)
    throw invalid(`${field}.text`, `must be a string of at most ${TEXT_LENGTH} characters`)
  if (!FIRST_WORD.test(text))
    throw invalid(`${field}.text`, 'must begin with INSERT, UPDATE, DELETE, MERGE, SELECT or WITH')
  if (text.includes('\0')) throw invalid(`${field}.text`, 'must not contain U+0000')
  if (!Array.isArray(values) || values.length > VALUES)
    throw invalid(`${field}.values`, `must be a list of at most ${VALUES} values`)
  return {
    text,
    values: Array.from(values as unknown[], (value, place) =>
      ownValue(value, `${field}.values[${place}]`, 0),
    ),
  }
}

/** As the driver would send it now, unaffected by later changes. @throws InvalidInputError */
function ownValue(value: unknown, field: string, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'bigint':
      return value
    case 'undefined':
      return null
    case 'object':
      return value === null ? null : ownObject(value, field, depth)
    default:
      throw invalid(field, `must not be a ${typeof value}`)
  }
}

function ownObject(value: object, field: string, depth: number): unknown {
  if (madeOf(value) !== null) {
    if (depth === 0) return value
    throw invalid(field, 'is made by the command, and must be a value of its own')
  }
  if (value instanceof Date) return new Date(value)
  if (ArrayBuffer.isView(value))
    return Buffer.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
  if (Array.isArray(value)) {
    if (depth === DEPTH) throw invalid(field, `must have at most ${DEPTH} dimensions`)
    if (value.length > VALUES) throw invalid(field, `must be a list of at most ${VALUES} values`)
    return Array.from(value as unknown[], (one) => ownValue(one, field, depth + 1))
  }
  if (!isPlain(value)) throw invalid(field, 'must be plain data')
  try {
    // The driver converts it to the same text.
    const text = JSON.stringify(value) as string | undefined
    if (text !== undefined) return text
  } catch {
    // Reported below.
  }
  throw invalid(field, 'must be an object that can be written as JSON')
}

function isMade(value: unknown): value is object {
  return typeof value === 'object' && value !== null && madeOf(value) !== null
}

/** Values that JSON cannot write, or writes like another value, are tagged with their type. */
function canonicalValue(value: unknown): unknown {
  if (typeof value === 'bigint') return ['bigint', String(value)]
  if (typeof value === 'number') return Number.isFinite(value) ? value : ['number', String(value)]
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return ['list', ...value.map(canonicalValue)]
  if (value instanceof Date) return ['date', value.getTime()]
  if (Buffer.isBuffer(value)) return ['bytes', value.toString('base64')]
  const { name, result, leg } = madeOf(value)!
  return ['made', name, result, leg]
}

import { InvalidInputError } from '../model/errors.ts'

/** An id as a segment of a path. @throws InvalidInputError if it cannot be one */
export function step(id: unknown, field: string): string {
  if (typeof id !== 'string') throw invalid(field, 'must be a string')
  if (id === '') throw invalid(field, 'must not be empty')
  // URL parsers resolve these as relative segments, however they are encoded.
  if (id === '.' || id === '..') throw invalid(field, 'cannot be part of an address')
  return encoded(id, field)
}

/** Fields as a query string; undefined ones are left out. @throws InvalidInputError */
export function query(fields: object): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(fields) as [string, unknown][]) {
    if (value === undefined) continue
    parts.push(`${encodeURIComponent(name)}=${encoded(textOf(value, name), name)}`)
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`
}

const NUMBERS: ReadonlySet<string> = new Set(['limit', 'after', 'at', 'from', 'to'])
const FLAGS: ReadonlySet<string> = new Set(['low'])

/** A string of digits is not a number, nor 'true' a yes, although they look the same in a query string. */
function textOf(value: unknown, name: string): string {
  if (NUMBERS.has(name)) {
    if (typeof value !== 'number') throw invalid(name, 'must be a whole number')
  } else if (FLAGS.has(name)) {
    if (typeof value !== 'boolean') throw invalid(name, 'must be true or false')
  } else if (typeof value !== 'string') throw invalid(name, 'must be a string')
  return String(value)
}

/** A lone surrogate would silently become another character. */
function encoded(text: string, field: string): string {
  if (!text.isWellFormed()) throw invalid(field, 'must be well-formed Unicode')
  return encodeURIComponent(text)
}

/** @throws InvalidInputError */
export function mustBeObject(
  value: unknown,
  what: string,
): asserts value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(what, 'must be an object')
}

export function invalid(field: string, what: string): InvalidInputError {
  return new InvalidInputError(`${field} ${what}`, { field })
}

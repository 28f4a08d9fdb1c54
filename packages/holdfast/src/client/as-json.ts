import { invalid } from './address.ts'

/**
 * The value as JSON, as it is now. A Map or a Date would lose its content, and a function be left out, so they are
 * refused, as the inventory does.
 * @throws InvalidInputError
 */
export function asJson(value: unknown): string {
  try {
    return JSON.stringify(value, (field, inner: unknown) => {
      if (typeof inner === 'object' && inner !== null && !isPlain(inner))
        throw invalid(field === '' ? 'command' : field, 'must be a plain object')
      if (typeof inner === 'function' || typeof inner === 'symbol')
        throw invalid(field, `must not be a ${typeof inner}`)
      return inner
    })
  } catch (error) {
    if (error instanceof TypeError) throw invalid('command', `cannot be sent: ${error.message}`)
    throw error
  }
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

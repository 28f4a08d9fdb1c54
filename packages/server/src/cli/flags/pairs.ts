import { InvalidArgumentError } from 'commander'
import { wholeNumber } from './whole-number.ts'

/** A repeatable KEY=VALUE; the key ends at the first `=`. */
export function textPairs(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be like KEY=VALUE.')
  return added(before, text.slice(0, at), text.slice(at + 1))
}

/** A repeatable ID=UNITS; the id ends at the last `=`, because it may contain others. */
export function unitPairs(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [id, units] = idAndUnits(text)
  return added(before, id, wholeNumber(units))
}

/** The same, or ID=none: null. */
export function unitOrNonePairs(
  text: string,
  before: Readonly<Record<string, number | null>> = {},
): Readonly<Record<string, number | null>> {
  const [id, units] = idAndUnits(text)
  return added(before, id, units === 'none' ? null : wholeNumber(units))
}

function idAndUnits(text: string): [id: string, units: string] {
  const at = text.lastIndexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be like ID=UNITS.')
  return [text.slice(0, at), text.slice(at + 1)]
}

function added<T>(before: Readonly<Record<string, T>>, key: string, value: T): Record<string, T> {
  if (Object.hasOwn(before, key)) throw new InvalidArgumentError(`${key} is given twice.`)
  // With fromEntries `__proto__` is an ordinary key.
  return Object.fromEntries([...Object.entries(before), [key, value]])
}

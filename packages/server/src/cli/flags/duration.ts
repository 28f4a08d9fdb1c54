import { InvalidArgumentError } from 'commander'

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds, plain or with a unit: 900000, 900s, 15m, 2h, 7d. */
export function duration(text: string): number {
  const [, digits = '', unit = 'ms'] = /^(\d+)(ms|s|m|h|d)?$/.exec(text) ?? []
  const value = digits === '' ? Number.NaN : Number(digits) * UNITS[unit]!
  if (!Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be whole milliseconds, or like 30s, 15m, 2h, 7d.')
  }
  return value
}

import { InvalidArgumentError } from 'commander'

/** How much of a product's demand is in stock at the beginning, as an exact fraction: 0.9 is 9/10. */
export interface Cover {
  readonly text: string
  readonly numerator: bigint
  readonly denominator: bigint
}

export function cover(text: string): Cover {
  const [, whole = '', decimals = ''] = /^(\d{1,4})(?:\.(\d{1,9}))?$/.exec(text) ?? []
  const kept = decimals.replace(/0+$/, '')
  const numerator = whole === '' ? 0n : BigInt(whole + kept)
  if (numerator === 0n)
    throw new InvalidArgumentError('It must be a number above 0, like 0.9 or 1.')
  return {
    text: kept === '' ? String(Number(whole)) : `${Number(whole)}.${kept}`,
    numerator,
    denominator: 10n ** BigInt(kept.length),
  }
}

/** Cover × demand in whole units, halves rounded up, computed without binary fractions. */
export function covered({ numerator, denominator }: Cover, demand: number): number {
  return Number((2n * BigInt(demand) * numerator + denominator) / (2n * denominator))
}

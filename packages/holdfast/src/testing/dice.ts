/** Repeatable randomness: the same seed gives the same numbers, on every machine. */
export interface Dice {
  /** A whole number from 0 to `sides` − 1. */
  readonly below: (sides: number) => number
  /** True with a probability of `percent`. */
  readonly chance: (percent: number) => boolean
  readonly pick: <T>(items: readonly T[]) => T
}

/** SplitMix32: neighbouring seeds, 0 included, give unrelated sequences. */
export function dice(seed: number): Dice {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  const below = (sides: number): number => next() % sides
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (items) => {
      if (items.length === 0) throw new RangeError('nothing to pick from')
      return items[below(items.length)]!
    },
  }
}

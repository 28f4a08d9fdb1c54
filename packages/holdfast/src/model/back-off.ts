/** How long to wait before something that failed is tried again: twice as long after each failure. */
export interface BackOff {
  readonly firstMs: number
  readonly longestMs: number
  /** What chance may make of it: a factor from the one to the other. 1 where it is left out. */
  readonly spread?: readonly [least: number, most: number]
  /** What the other side asks for counts up to this. */
  readonly longestAskedMs?: number
}

/** The wait after the n-th failure in a row. `chance`: where in the spread, from 0 to 1. */
export function backOffMs(
  { firstMs, longestMs, spread: [least, most] = [1, 1], longestAskedMs = 0 }: BackOff,
  failures: number,
  chance = 0,
  askedMs = 0,
): number {
  const own = Math.min(longestMs, firstMs * 2 ** (failures - 1)) * (least + (most - least) * chance)
  return Math.max(own, Math.min(askedMs, longestAskedMs))
}

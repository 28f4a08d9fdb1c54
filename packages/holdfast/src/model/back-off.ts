/** How long to wait before a retry: twice as long after each failure. */
export interface BackOff {
  readonly firstMs: number
  readonly longestMs: number
  /** Range of the random factor. Default: always 1. */
  readonly spread?: readonly [least: number, most: number]
  /** Upper bound for the wait that the other side asks for, in milliseconds. */
  readonly longestAskedMs?: number
}

/** The wait after the n-th failure in a row. `chance`: position in the spread, from 0 to 1. */
export function backOffMs(
  { firstMs, longestMs, spread: [least, most] = [1, 1], longestAskedMs = 0 }: BackOff,
  failures: number,
  chance = 0,
  askedMs = 0,
): number {
  const own = Math.min(longestMs, firstMs * 2 ** (failures - 1)) * (least + (most - least) * chance)
  return Math.max(own, Math.min(askedMs, longestAskedMs))
}

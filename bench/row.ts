/** One line of the table. */
export interface Row {
  readonly title: string
  /** What `ours` and `bare` count. */
  readonly unit: string
  readonly ours: Spread
  /** null where there is nothing to compare with. */
  readonly bare: Spread | null
  /** Of each round, ours to bare; above 1 we are better, unless the unit says otherwise. */
  readonly ratio: Spread | null
  readonly goal: Goal | null
  readonly notes: readonly string[]
}

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** What the median ratio, or without one our median, has to reach. */
export interface Goal {
  readonly is: 'at least' | 'at most'
  readonly value: number
}

export function atLeast(value: number): Goal {
  return { is: 'at least', value }
}

export function atMost(value: number): Goal {
  return { is: 'at most', value }
}

export function reached(row: Row): boolean | null {
  if (row.goal === null) return null
  const { median } = row.ratio ?? row.ours
  return row.goal.is === 'at least' ? median >= row.goal.value : median <= row.goal.value
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { median: percentile(sorted, 0.5), least: sorted[0]!, most: sorted.at(-1)! }
}

/** Between two neighbours where it falls between them. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)]!
  const above = sorted[Math.ceil(at)]!
  return below + (above - below) * (at - Math.floor(at))
}

/** Does one round of its work, and answers how fast that was. */
export type Side = () => number | Promise<number>

/** A histogram as it is counted: how many values lay up to each step and above the one before it. */
export interface HistogramCounts {
  /** Rising; what lies above the last one is in `count` alone. */
  readonly steps: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
}

/**
 * Counts values by steps, in plain numbers: to be added to on a hot path, and read when somebody asks.
 * @example
 * const sizes = new Histogram([1, 10, 100])
 * sizes.add(7)
 * sizes.read() // { steps: [1, 10, 100], counts: [0, 1, 0], sum: 7, count: 1 }
 */
export class Histogram implements HistogramCounts {
  readonly steps: readonly number[]
  readonly counts: number[]
  sum = 0
  count = 0

  constructor(steps: readonly number[]) {
    this.steps = steps
    this.counts = steps.map(() => 0)
  }

  add(value: number): void {
    this.sum += value
    this.count++
    const step = this.steps.findIndex((most) => value <= most)
    if (step >= 0) this.counts[step]!++
  }

  read(): HistogramCounts {
    const { steps, counts, sum, count } = this
    return { steps: [...steps], counts: [...counts], sum, count }
  }
}

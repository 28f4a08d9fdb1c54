/** A histogram: for each step, how many values are at most that step and above the previous one. */
export interface HistogramCounts {
  /** Ascending. Values above the last step are only in `count`. */
  readonly steps: readonly number[]
  readonly counts: readonly number[]
  readonly sum: number
  readonly count: number
}

/**
 * Counts values by steps, in plain numbers: cheap to add to on a hot path.
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

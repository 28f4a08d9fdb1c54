import { spread } from './table.ts'

/**
 * Measures processor time in addition to elapsed time: the cost of an operation even on a busy machine, and in which
 * threads.
 */
export class CpuMeter {
  readonly #operations: number
  readonly #here: number[] = []
  readonly #elsewhere: number[] = []

  /** `operations` is the number per round. */
  constructor(operations: number) {
    this.#operations = operations
  }

  /** Runs the work and counts its cost. */
  around<Result>(work: () => Result | Promise<Result>): () => Promise<Result> {
    return async () => {
      const [thread, all] = [process.threadCpuUsage(), process.cpuUsage()]
      const result = await work()
      const here = total(process.threadCpuUsage(thread))
      this.#here.push(here / this.#operations)
      this.#elsewhere.push((total(process.cpuUsage(all)) - here) / this.#operations)
      return result
    }
  }

  /** The cost of one operation, the median of the rounds. */
  get cost(): string {
    return `${middle(this.#here)} + ${middle(this.#elsewhere)} µs in other threads`
  }
}

function middle(rounds: readonly number[]): string {
  return spread(rounds).median.toFixed(1)
}

function total({ user, system }: NodeJS.CpuUsage): number {
  return user + system
}

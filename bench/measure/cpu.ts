import { spread } from './table.ts'

/**
 * Processor time beside the clock's: it tells what an operation costs when the machine is busy with
 * something else, and which threads pay for it.
 */
export class CpuMeter {
  readonly #operations: number
  readonly #here: number[] = []
  readonly #elsewhere: number[] = []

  /** `operations` are done in one round. */
  constructor(operations: number) {
    this.#operations = operations
  }

  /** The same work, its cost counted. */
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

  /** Of one operation, the median of the rounds. */
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

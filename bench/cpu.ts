import type { Side } from './compare.ts'

/**
 * Processor time beside the clock's: it tells what an operation costs when the machine is busy with
 * something else, and which thread pays for it.
 */
export class CpuMeter {
  #here = 0
  #elsewhere = 0
  #operations = 0

  /** The same side, its cost counted. */
  around(operations: number, side: Side): Side {
    return async () => {
      const [thread, all] = [process.threadCpuUsage(), process.cpuUsage()]
      const result = await side()
      const here = total(process.threadCpuUsage(thread))
      this.#here += here
      this.#elsewhere += total(process.cpuUsage(all)) - here
      this.#operations += operations
      return result
    }
  }

  get cost(): string {
    const here = (this.#here / this.#operations).toFixed(1)
    const elsewhere = (this.#elsewhere / this.#operations).toFixed(1)
    return `${here} µs here + ${elsewhere} µs in other threads`
  }
}

function total({ user, system }: NodeJS.CpuUsage): number {
  return user + system
}

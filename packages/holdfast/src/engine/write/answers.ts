import { InventoryError } from '../../model/errors.ts'
import { Histogram } from '../histogram.ts'
import type { InventoryStats } from '../inventory.ts'
import type { Batch } from './batch.ts'
import type { Job, Outcome } from './job.ts'
import { weightOf, type Waiting } from './queue.ts'

const SIZES = [1, 10, 50, 100, 200, 500, 1000]
const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30]

/** Settles commands, and counts their outcomes. */
export class Answers {
  #batches = 0
  #commands = 0
  readonly #refusals = new Map<string, number>()
  readonly #sizes = new Histogram(SIZES)
  readonly #commitSeconds = new Histogram(SECONDS)

  /** A commit became durable, `ms` after it was handed to the store. */
  committed(commands: number, ms: number): void {
    this.#batches++
    this.#sizes.add(commands)
    this.#commitSeconds.add(ms / 1000)
  }

  give({ outcomes }: Batch, items: readonly Waiting<Job>[]): void {
    for (let index = 0; index < items.length; index++) {
      const outcome = outcomes[index]!
      const item = items[index]!
      // As a microtask: before the caller continues, and outside the committer, whatever it throws.
      if (item.onReplay !== undefined && isReplay(outcome)) queueMicrotask(item.onReplay)
      if (outcome.ok) item.resolve(outcome.value)
      else this.refuse(item, outcome.error)
    }
    this.#commands += weightOf(items)
  }

  refuse(item: Waiting<Job>, error: Error): void {
    const code = error instanceof InventoryError ? error.code : 'UNKNOWN'
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1)
    item.reject(error)
  }

  read(): Pick<InventoryStats, 'batches' | 'commands' | 'refusals' | 'sizes' | 'commitSeconds'> {
    return {
      batches: this.#batches,
      commands: this.#commands,
      refusals: Object.fromEntries(this.#refusals),
      sizes: this.#sizes.read(),
      commitSeconds: this.#commitSeconds.read(),
    }
  }
}

function isReplay(outcome: Outcome): boolean {
  const told = outcome.ok ? outcome : (outcome.error as { readonly replayed?: true })
  return told.replayed === true
}

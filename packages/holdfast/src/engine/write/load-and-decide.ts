import { unsent } from '../../store/failure.ts'
import type { BatchWriter } from '../../store/store.ts'
import type { Batch } from './batch.ts'
import type { Job } from './job.ts'

/**
 * Decides the jobs before `end`, and loads what they need until nothing is missing. Whatever holds of an owner or a group
 * the state has, the store has only once no commit is under way: `settled` waits for that. @throws StoreFailure
 */
export async function loadAndDecide(
  writer: BatchWriter,
  settled: () => Promise<void>,
  batch: Batch,
  jobs: readonly Job[],
  end = jobs.length,
): Promise<void> {
  for (let done = false; !done;) {
    const needs = batch.root.takeNeeds()
    if (needs !== null) {
      if (needs.holders.length > 0) await settled()
      batch.root.receive(needs, await writer.load(needs))
    }
    done = decideFrom(batch, jobs, end)
  }
}

/** A string or an array too long for V8 is not a bug: only this batch fails. */
export function decideFrom(batch: Batch, jobs: readonly Job[], end?: number): boolean {
  try {
    return batch.decideFrom(jobs, end)
  } catch (error) {
    throw error instanceof RangeError ? unsent(error) : error
  }
}

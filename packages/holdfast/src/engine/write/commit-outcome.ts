import { setTimeout as pause } from 'node:timers/promises'
import { StoreFailure } from '../../store/failure.ts'
import type { BatchWriter, Commit } from '../../store/store.ts'
import type { Time } from '../clock/time.ts'
import { asFailure } from '../failures.ts'

/** How long a commit of unknown outcome is searched for before its callers get an error. */
const SEARCH_MS = 20_000

export interface SendOptions {
  readonly writer: BatchWriter
  readonly time: Time
  readonly monotonic: () => number
}

/**
 * Resolves with null once the commit is durable, even if it seemed to fail; else with the failure. `onFailed` is called
 * with a failure immediately, before the search for the commit.
 */
export async function sendCommit(
  commit: Commit,
  options: SendOptions,
  onFailed: (failure: StoreFailure) => void,
): Promise<StoreFailure | null> {
  const { time, writer } = options
  const askedAt = time.monotonic()
  try {
    const now = await writer.commit(commit)
    if (now !== null) time.hear(now, askedAt)
    return null
  } catch (error) {
    const failure = asFailure(error)
    onFailed(failure)
    if (failure.outcome !== 'unknown' || failure.fatal) return failure
    const isDurable = await search(commit, options)
    if (isDurable === null) return failure
    return isDurable ? null : failure.as('not-committed')
  }
}

/** Whether the commit became durable; null if that cannot be determined in time. */
async function search(
  { batchId }: Commit,
  { writer, monotonic }: SendOptions,
): Promise<boolean | null> {
  const until = monotonic() + SEARCH_MS
  for (let wait = 20; monotonic() < until; wait = Math.min(wait * 2, 1000)) {
    try {
      return await writer.wasCommitted(batchId)
    } catch (error) {
      // Closed meanwhile, or a bug: the outcome stays unknown.
      if (!(error instanceof StoreFailure)) return null
      await pause(wait)
    }
  }
  return null
}

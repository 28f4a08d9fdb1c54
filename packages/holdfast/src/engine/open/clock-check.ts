import { OperationalError } from '../../model/operational-error.ts'
import type { Head } from '../../store/store.ts'

const BEHIND_MS = 5 * 60_000

/**
 * If the newest entry is far ahead of the clock, the clock is wrong, or was wrong when the entry was written.
 * Continuing would stop time until the clock has caught up. @throws OperationalError CLOCK_BEHIND
 */
export function checkClock(head: Head, now: number): void {
  if (head.at <= now + BEHIND_MS) return
  throw new OperationalError(
    'CLOCK_BEHIND',
    `the newest entry is ${Math.round((head.at - now) / 1000)} s ahead of the clock; ` +
      'correct the clock, or open with allowClockBehind',
    { details: { headAt: head.at, now } },
  )
}

import { OperationalError } from '../../model/operational-error.ts'
import type { Head } from '../../store/store.ts'

const BEHIND_MS = 5 * 60_000

/**
 * A trail whose newest entry lies far ahead of the clock: the clock is wrong, or was when it was
 * written. Going on would stop time until the clock has caught up. @throws OperationalError CLOCK_BEHIND
 */
export function checkClock(head: Head, now: number): void {
  if (head.at <= now + BEHIND_MS) return
  throw new OperationalError(
    'CLOCK_BEHIND',
    `the newest entry is ${Math.round((head.at - now) / 1000)} s ahead of the clock; ` +
      'set the clock right, or open with allowClockBehind',
    { details: { headAt: head.at, now } },
  )
}

import { invalid } from '../model/limits.ts'

/** The books that a count is compared with: units on hand, and how many of them were unsellable. */
export interface Books {
  /** The newest entry of the trail at that moment; 0 if there was none. */
  readonly asOfSeq: number
  readonly expected: number
  readonly expectedAside: number
}

/** Clocks that are right are closer together than this, in milliseconds. */
export const CLOCKS_APART_MS = 5000

/**
 * A moment that is only a little ahead is the present, by the clock of another machine.
 * @throws InvalidInputError for one that has not been yet
 */
export function mustHaveBeen(time: number, now: number): void {
  if (time > now + CLOCKS_APART_MS) throw invalid('asOf.time', 'lies in the future')
}

import { HttpProblem } from '../problems/http-problem.ts'
import type { Taken } from './shares.ts'

/**
 * 429 if the caller has used up its own share: others are still served. 503 if all of it is in use. Nothing was done,
 * and both say when to retry.
 */
export function refusedShare(taken: Exclude<Taken, 'taken'>, what: string): HttpProblem {
  return taken === 'none left'
    ? new HttpProblem('BUSY', `none of the ${what} is free`)
    : new HttpProblem('RATE_LIMITED', `this token's share of the ${what} is in use`, {
        headers: { 'retry-after': '1' },
      })
}

import { HttpProblem } from '../problems/http-problem.ts'
import type { Taken } from './shares.ts'

/**
 * A caller over its own share is told so (429): the service is well, and others are served. If all of
 * it is in use, the service is busy (503). Nothing was done, and both say when to come again.
 */
export function refusedShare(taken: Exclude<Taken, 'taken'>, what: string): HttpProblem {
  return taken === 'none left'
    ? new HttpProblem('BUSY', `all ${what} are in use`)
    : new HttpProblem('RATE_LIMITED', `this token's share of the ${what} is in use`, {
        headers: { 'retry-after': '1' },
      })
}

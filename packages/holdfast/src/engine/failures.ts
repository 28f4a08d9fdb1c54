import { InvariantError } from '../model/errors.ts'
import { OperationalError } from '../model/operational-error.ts'
import { StoreFailure } from '../store/failure.ts'

/** Any error that is not a failure of the store is a bug. Nothing may be written after it. */
export function asFailure(error: unknown): StoreFailure {
  if (error instanceof StoreFailure) return error
  const message = error instanceof Error ? error.message : String(error)
  const what =
    error instanceof InvariantError ? `a rule of the engine was broken: ${message}` : message
  return new StoreFailure(what, { outcome: 'not-committed', fatal: true, cause: error })
}

/** A batch fails if it was decided on a commit that failed. */
export function lostBatch(): StoreFailure {
  return new StoreFailure('the commit before it failed', {
    outcome: 'not-committed',
    retriable: true,
  })
}

/** The error that the callers of a failed batch get. */
export function toldOf(failure: StoreFailure, readOnly: OperationalError | null): OperationalError {
  const { cause, message, outcome } = failure
  if (outcome === 'unknown') {
    const what = `the outcome of this commit is unknown: ${message}`
    return new OperationalError('COMMIT_UNKNOWN', what, { cause })
  }
  return readOnly ?? new OperationalError('STORE_UNAVAILABLE', message, { cause })
}

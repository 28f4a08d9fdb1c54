import { AlsoFailedError } from '../../model/errors.ts'
import { LIMITS } from '../../model/limits.ts'
import type { CarriedFault, StoreFailure } from '../../store/failure.ts'

/** SQLSTATE. */
const CONNECTION_LOST = '08006'

/** The error that the shop gets. */
export function alsoFailed({ statement, sqlState, cause }: CarriedFault): AlsoFailedError {
  const what = statement === null ? 'the statements' : `statement ${statement}`
  const message = `${what} of also failed: ${cause.message.slice(0, LIMITS.textLength)} (${sqlState})`
  return new AlsoFailedError(
    message,
    { sqlState, ...(statement === null ? {} : { statement }) },
    cause,
  )
}

/** If the connection is repeatedly lost within the same statements, they are taken to be the cause. */
export function lossWithin(failure: StoreFailure, place: number): CarriedFault {
  const { cause, message } = failure
  return {
    place,
    statement: null,
    sqlState: failure.sqlState ?? CONNECTION_LOST,
    cause: cause instanceof Error ? cause : new Error(message),
    tookTooLong: false,
  }
}

import { AlsoFailedError } from '../../model/errors.ts'
import { LIMITS } from '../../model/limits.ts'
import type { CarriedFault, StoreFailure } from '../../store/failure.ts'

/** SQLSTATE of a connection that was lost. */
const CONNECTION_LOST = '08006'

/** What the shop is told. */
export function alsoFailed({ statement, sqlState, cause }: CarriedFault): AlsoFailedError {
  const what = statement === null ? 'the statements' : `statement ${statement}`
  const message = `${what} of also failed: ${cause.message.slice(0, LIMITS.textLength)} (${sqlState})`
  return new AlsoFailedError(
    message,
    { sqlState, ...(statement === null ? {} : { statement }) },
    cause,
  )
}

/** A connection that is lost again and again within the same statements is taken for their fault. */
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

import { PositionAheadError } from '../model/errors.ts'
import { OperationalError } from '../model/operational-error.ts'
import type { Reader } from '../store/store.ts'

/** A position that the trail has not reached: `seq` is its newest entry. */
interface Ahead {
  readonly after: number
  readonly seq: number
}

/**
 * What a reader is told whose position the trail does not reach. It read from a trail that had more entries; the numbers
 * of those are given out again. Waiting until the trail has grown past the position would skip entries unseen.
 * A standby may only be late: there it is no refusal.
 */
export async function positionAhead(
  reader: Pick<Reader, 'isStandby'>,
  { after, seq }: Ahead,
): Promise<PositionAheadError | OperationalError> {
  const details = { after, seq }
  const message = `the trail ends at ${seq}, before the position ${after}`
  if (await reader.isStandby())
    return new OperationalError('STORE_UNAVAILABLE', `${message}: this standby is late`, {
      details,
    })
  return new PositionAheadError(message, details)
}

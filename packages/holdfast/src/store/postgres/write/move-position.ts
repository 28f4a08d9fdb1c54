import { CarriedFailed } from '../../failure.ts'
import type { Move } from '../../store.ts'
import type { Carrier } from './carry.ts'
import type { Database } from '../connect/database.ts'
import { stateOf } from '../connect/faults.ts'
import { movePosition } from '../tables/positions.ts'
import type { Session } from '../connect/session.ts'
import { begin, commitTransaction, rollBack } from './transaction.ts'

/**
 * Moves a consumer's position and runs its statements, in one transaction; false if the position was moved from
 * elsewhere. Two that move it from the same place, of which one may have lost its connection, wait for each other at
 * its row, and the second one does not find it any more: so statements are never run twice.
 * @throws StoreFailure; what the driver throws, if nothing was written
 */
export async function moveCarrying(
  database: Database,
  carrier: Carrier,
  move: Move,
): Promise<boolean> {
  const session = await database.again(async () => beginMove(database, move))
  if (session === null) return false
  const sent = carrier.send(session, move.carried, Promise.resolve())
  try {
    await commitTransaction(session, sent.answers)
    return true
  } catch (error) {
    throw named(await sent.blame(error), move)
  }
}

/** Null if the position is elsewhere. What is sent after it stands in a transaction that was begun. */
async function beginMove(database: Database, move: Move): Promise<Session | null> {
  const session = await database.session()
  try {
    await begin(session)
    if (await movePosition(session, move)) return session
  } catch (error) {
    session.release(true)
    throw error
  }
  await rollBack(session)
  return null
}

/** Whose statements they were is known if there is only one. */
function named(error: unknown, { carried }: Move): unknown {
  if (!(error instanceof CarriedFailed) || error.faults.length > 0 || carried.length > 1)
    return error
  const { place } = carried[0]!
  const cause = error.cause as Error
  const fault = { place, statement: null, sqlState: stateOf(cause), cause, tookTooLong: false }
  return new CarriedFailed([fault], cause)
}

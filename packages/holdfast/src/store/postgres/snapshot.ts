import type { Reader } from '../store.ts'
import type { Database } from './connect/database.ts'
import { readFault } from './connect/faults.ts'
import { PostgresReader } from './reader.ts'
import type { Session } from './connect/session.ts'
import { SharedTail } from './read/posted.ts'
import { TAKES_ITS_TIME } from './connect/time-limits.ts'

/** REPEATABLE READ fixes the state at the first statement. */
const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  ${TAKES_ITS_TIME};
  SELECT FROM holdfast.commits LIMIT 1`

/** On a connection of its own, whose statements wait for each other. */
export async function openSnapshot(
  database: Database,
): Promise<Reader & { close(): Promise<void> }> {
  const session = await begin(database)
  let last: Promise<unknown> = Promise.resolve()
  /** The transaction is over with its first error, which is the reason for all that follow. */
  let fault: { readonly error: unknown } | null = null
  const run = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    if (fault !== null) throw fault.error
    try {
      return await work(session)
    } catch (error) {
      session.release(true)
      fault = { error: readFault(error) }
      throw fault.error
    }
  }
  const inTurn = async <T>(work: (session: Session) => Promise<T>): Promise<T> => {
    const mine = last.then(async () => run(work))
    last = mine.catch(() => undefined)
    return mine
  }
  const parts = { read: inTurn, atOnce: inTurn, patiently: inTurn, tail: new SharedTail() }
  const reader = new PostgresReader(parts, async () => openSnapshot(database))
  const close = async (): Promise<void> => {
    await last
    try {
      await session.rows('COMMIT')
      session.release()
    } catch {
      session.release(true)
    }
  }
  return Object.assign(reader, { close })
}

async function begin(database: Database): Promise<Session> {
  try {
    return await database.again(async () => {
      const session = await database.session()
      try {
        await session.script(BEGIN)
        return session
      } catch (error) {
        session.release(true)
        throw error
      }
    })
  } catch (error) {
    throw readFault(error)
  }
}

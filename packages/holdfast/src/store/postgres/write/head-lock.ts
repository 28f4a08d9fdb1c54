import type { Head } from '../../store.ts'
import { HEAD_ROW, headOf } from '../tables/head.ts'
import type { Session } from '../connect/session.ts'
import type { Statement } from '../tables/statement.ts'
import { SILENT_LOCK_MS } from '../connect/time-limits.ts'
import { beginLocked, newTxLock } from './transaction.ts'

/**
 * The lock in a statement of its own: at READ COMMITTED every statement sees what was committed before
 * it began, so the one after the lock sees the commit of whoever held it, and the clock after it.
 */
export const LOCK = 'SELECT fence FROM holdfast.head_lock FOR UPDATE'

/** The time of the database, in milliseconds. */
export const CLOCK = 'floor(extract(epoch FROM clock_timestamp()) * 1000.0)::bigint'

export async function readClock(session: Session): Promise<number> {
  const { rows } = await session.run(`SELECT ${CLOCK}`)
  return rows[0]![0] as number
}

const NOW = `SELECT ${CLOCK}, h.*
  FROM (SELECT) one LEFT JOIN (${HEAD_ROW}) h ON true`

const RAISE_FENCE = 'UPDATE holdfast.head_lock SET fence = fence + 1'

export interface LockedHead {
  readonly head: Head
  readonly now: number
  /** Another one, once a batch whose connection was lost was looked for and is not there. */
  readonly fence: number
}

/** By which a commit is found. */
export interface CommitId {
  readonly number: number
  readonly batchId: string
}

/**
 * Begins a transaction and waits for the head lock, which it holds to its end. In one message: a trip to
 * the server and back is all that a batch waits for before it decides.
 */
export async function lockHead(session: Session, txLock = newTxLock()): Promise<LockedHead> {
  const script = `${beginLocked(txLock)}; ${LOCK}; ${NOW}`
  const [locked, found] = (await session.script(script, SILENT_LOCK_MS)).slice(-2)
  const [now, ...head] = found!.rows[0]!
  return { head: headOf(head), now: now as number, fence: locked!.rows[0]![0] as number }
}

/** From now on nothing is written that was sent before: its fence is another one. */
export async function raiseFence(session: Session): Promise<void> {
  await session.rows(RAISE_FENCE)
}

/**
 * The head lock as the first part of a statement, for who has begun already: at once or not at all, and only
 * where the newest commit is the expected one. It need not be, though it was answered: a server that
 * took over may have lost it.
 */
export function lockHeadAtOnce(statement: Statement, before: CommitId, fence: number): void {
  const number = statement.value(before.number, 'bigint')
  const batchId = statement.value(before.batchId, 'uuid')
  const isThere = `SELECT FROM holdfast.commits WHERE number = ${number} AND batch_id = ${batchId}`
  const isOurs = `fence = ${statement.value(fence, 'bigint')} AND EXISTS (${isThere})`
  statement.first(`SELECT FROM holdfast.head_lock WHERE ${isOurs} FOR UPDATE NOWAIT`)
}

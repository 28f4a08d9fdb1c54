import { HeadMoved, StoreFailure, unsent } from '../../failure.ts'
import type { Commit } from '../../store.ts'
import { addChanges, addNewRows, type CommitContext } from './commit.ts'
import { commitCarrying } from './carried-statements.ts'
import type { Carrier } from './carry.ts'
import type { Database } from '../connect/database.ts'
import { isHeadLost } from '../connect/faults.ts'
import { CLOCK, lockHeadAtOnce, type CommitId } from './head-lock.ts'
import type { PgResult } from '../connect/pool.ts'
import {
  begin,
  begunStatement,
  commitTransaction,
  newTxLock,
  untilEnded,
  type TxLock,
} from './transaction.ts'

/** Told when a transaction has begun. */
export type OnBegun = (txLock: TxLock) => void

export interface PipelinedParts {
  readonly database: Database
  readonly carrier: Carrier
  /** The commit before it. */
  readonly before: CommitId
  /** Resolves once that one has begun, rejects if it did not. */
  readonly hasBegun: Promise<TxLock>
  /** As it was when the head was locked last. */
  readonly fence: number
  readonly onBegun: OnBegun
}

/**
 * Sends a commit while the one before it is in flight: all of it at once, on a connection of its own, so
 * that PostgreSQL has what to do next without a trip to here.
 *
 * New rows wait for nobody: their keys follow on those of the commit before. After them PostgreSQL waits
 * for the end of that commit, and only then is anything written over. But another process that holds
 * the head lock may be waiting for those rows. So they are not sent before the commit before has begun; and the
 * head is locked after it at once or not at all: all of it is then taken back, and the batch is decided
 * anew.
 *
 * Returns the database's time if it became durable, null if it did not: it could not be sent or its
 * rows not be written, and sent again with the head locked the commit meets the same fault again, or does not.
 * @throws HeadMoved; StoreFailure of unknown outcome
 */
export async function sendPipelined(
  commit: Commit,
  context: CommitContext,
  { database, carrier, before, hasBegun, fence, onBegun }: PipelinedParts,
): Promise<number | null> {
  const { rows, changes, clock } = prepared(commit, context, before, fence)
  let changed: PgResult
  try {
    const lockBefore = await hasBegun
    const session = await database.session()
    const txLock = newTxLock()
    const sent = [
      begin(session, txLock).then(() => onBegun(txLock)),
      session.run(rows.text, rows.values),
      untilEnded(session, lockBefore),
      session.run(changes.text, changes.values),
    ] as const
    const { carried } = commit
    if (carried.length === 0 || !(await isDone(sent[0]))) await commitTransaction(session, sent)
    else await commitCarrying(session, carrier.send(session, carried, sent[3]), sent)
    changed = await sent[3]
  } catch (error) {
    if (error instanceof StoreFailure) throw error
    if (isHeadLost(error)) throw new HeadMoved()
    return null
  }
  return changed.rows[0]![clock] as number
}

/** Statements of the shop's own do not look themselves whether there is a transaction. */
async function isDone(begun: Promise<unknown>): Promise<boolean> {
  return begun.then(
    () => true,
    () => false,
  )
}

/** @throws StoreFailure */
function prepared(commit: Commit, context: CommitContext, before: CommitId, fence: number) {
  try {
    const rows = begunStatement()
    addNewRows(rows, commit)
    const changes = begunStatement()
    lockHeadAtOnce(changes, before, fence)
    const clock = changes.call(CLOCK)
    addChanges(changes, commit, context)
    return { rows, changes, clock }
  } catch (error) {
    throw unsent(error)
  }
}

import { HeadMoved, StoreFailure, unsent } from '../failure.ts'
import type { Commit } from '../store.ts'
import { addChanges, addNewRows, type CommitContext } from './commit.ts'
import { endCarrying, type Carrier } from './carry.ts'
import type { Database } from './database.ts'
import { isTurnLost } from './faults.ts'
import type { PgResult } from './pool.ts'
import {
  CLOCK,
  beginBeforeTurn,
  begunStatement,
  endTurn,
  newBaton,
  turnAtOnce,
  untilEnded,
} from './turn.ts'
import type { Baton, CommitId } from './turn.ts'

/** Told when a transaction has begun: its baton. */
export type OnBegun = (baton: Baton) => void

export interface AheadParts {
  readonly database: Database
  readonly carrier: Carrier
  /** The commit before it. */
  readonly before: CommitId
  /** Kept when that one has begun, broken where it did not. */
  readonly hasBegun: Promise<Baton>
  /** As it was when the turn was taken last. */
  readonly fence: number
  readonly onBegun: OnBegun
}

/**
 * Sends a commit while the one before it is under way: all of it at once, on a connection of its own, so
 * that PostgreSQL has what to do next without a trip to here.
 *
 * New rows wait for nobody: their keys follow on those of the commit before. Behind them PostgreSQL waits
 * for the end of that commit, and only then is anything written over. But another process that has the
 * turn may be waiting for those rows. So they are not sent before the commit before has begun; and the
 * turn after it is taken at once or not at all: all of it is then taken back, and the batch is decided
 * anew.
 *
 * Answers the database's time where it became durable, null where it did not: it could not be sent or its
 * rows not be written, and in a turn of its own the commit meets the same fault again, or does not.
 * @throws HeadMoved; StoreFailure of unknown outcome
 */
export async function sendAhead(
  commit: Commit,
  context: CommitContext,
  { database, carrier, before, hasBegun, fence, onBegun }: AheadParts,
): Promise<number | null> {
  const { rows, changes, clock } = prepared(commit, context, before, fence)
  let changed: PgResult
  try {
    const batonBefore = await hasBegun
    const session = await database.session()
    const baton = newBaton()
    const sent = [
      beginBeforeTurn(session, baton).then(() => onBegun(baton)),
      session.run(rows.text, rows.values),
      untilEnded(session, batonBefore),
      session.run(changes.text, changes.values),
    ] as const
    const { carried } = commit
    if (carried.length === 0 || !(await isDone(sent[0]))) await endTurn(session, sent)
    else await endCarrying(session, carrier.send(session, carried, sent[3]), sent)
    changed = await sent[3]
  } catch (error) {
    if (error instanceof StoreFailure) throw error
    if (isTurnLost(error)) throw new HeadMoved()
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
    turnAtOnce(changes, before, fence)
    const clock = changes.call(CLOCK)
    addChanges(changes, commit, context)
    return { rows, changes, clock }
  } catch (error) {
    throw unsent(error)
  }
}

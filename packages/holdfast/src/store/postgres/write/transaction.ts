import { commitFault, NOT_BEGUN } from '../connect/faults.ts'
import type { Session } from '../connect/session.ts'
import { Statement } from '../tables/statement.ts'
import { IDLE_MS, LOCK_MS, NO_TRANSACTION_LIMIT, STATEMENT_MS } from '../connect/time-limits.ts'

/** `remote_apply` is stronger than `on`, and stays. */
export const DURABLE = `set_config('synchronous_commit', CASE current_setting('synchronous_commit')
    WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)`

/** In the transaction of a batch, as it was begun. */
export const IS_OURS = `set_config('synchronous_commit',
    CASE current_setting('holdfast_tx.durable') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
  holdfast.must(current_setting('holdfast_tx.is_begun', true) = 'on', '${NOT_BEGUN}', 'the transaction was ended')`

/** Flags of the planner, as our statements need them. */
export const PLANNER = `set_config('enable_hashjoin', 'off', true),
  set_config('enable_mergejoin', 'off', true),
  set_config('enable_seqscan', 'off', true),
  set_config('jit', 'off', true)`

/** The role as it was when the transaction began: a program's own pool may have taken one. */
export const ROLE = `set_config('role', current_setting('holdfast_tx.role'), false)`

/** How long our statements may wait and take. */
export const LIMITS = `set_config('lock_timeout', '${LOCK_MS}', true),
  set_config('statement_timeout', '${STATEMENT_MS}', true)`

/**
 * All that we ask of a transaction, for this transaction alone: the pool may be the program's
 * own, or behind a pooler.
 *
 * - A connection out of the pool may be within somebody else's transaction, which began earlier.
 * - The planner takes an `unnest` for a hundred rows and would read whole tables to meet them: without
 *   these three flags 1.8 times slower.
 * - Compiling a statement that runs for a millisecond takes a hundred.
 * - A wait for a standby that was cut short is told by a warning, which a role may have asked not to hear.
 */
const SETTINGS = `SELECT
  holdfast.must(transaction_timestamp() = statement_timestamp(), '${NOT_BEGUN}', 'no new transaction'),
  set_config('holdfast_tx.is_begun', 'on', true),
  ${PLANNER},
  ${DURABLE},
  CASE WHEN current_setting('client_min_messages') IN ('error', 'fatal', 'panic')
    THEN set_config('client_min_messages', 'warning', true) END,
  set_config('holdfast_tx.durable', current_setting('synchronous_commit'), true),
  set_config('holdfast_tx.role', current_setting('role'), true),
  ${LIMITS},
  ${NO_TRANSACTION_LIMIT},
  set_config('idle_in_transaction_session_timeout', '${IDLE_MS}', true)`

const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${SETTINGS}`

const IS_BEGUN = `current_setting('holdfast_tx.is_begun', true) = 'on'`

/** An advisory lock that one transaction holds from its beginning to its end, so that others can wait for that. */
export type TxLock = number

/** Advisory locks are numbers that all of a database share: drawn, so that nobody else's is the same. */
export function newTxLock(): TxLock {
  return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER)
}

/** Begins a transaction, which holds the lock if there is one. */
export async function begin(session: Session, txLock: TxLock | null = null): Promise<unknown> {
  return session.script(txLock === null ? BEGIN : beginLocked(txLock))
}

export function beginLocked(txLock: TxLock): string {
  return `${BEGIN}, pg_advisory_xact_lock(${txLock})`
}

/** Waits for the end of a transaction that was begun, whatever becomes of it. */
export async function untilEnded(session: Session, txLock: TxLock): Promise<unknown> {
  return session.run('SELECT pg_advisory_xact_lock($1::bigint)', [txLock])
}

/** One that does nothing outside of a transaction: the BEGIN that was sent before it may have failed. */
export function begunStatement(): Statement {
  const statement = new Statement()
  statement.call(`holdfast.must(${IS_BEGUN}, '${NOT_BEGUN}', 'the transaction was not begun')`)
  return statement
}

/** Ends a transaction as though it had not been; whatever comes of it, the session is given back. */
export async function rollBack(session: Session): Promise<void> {
  try {
    await session.rows('ROLLBACK')
    session.release()
  } catch {
    session.release(true) // which rolls back as well
  }
}

/**
 * Sends COMMIT after statements that are on their way. If one of them failed, PostgreSQL rolls back, and
 * says so: only then is it that one's error that is thrown. Whatever comes of it, the session is given back.
 * @throws StoreFailure of unknown outcome; what the driver throws, if nothing was written
 */
export async function commitTransaction(
  session: Session,
  sent: readonly Promise<unknown>[] = [],
): Promise<void> {
  session.takeWarning()
  const [before, [end]] = await Promise.all([
    Promise.allSettled(sent),
    Promise.allSettled([session.script('COMMIT')]),
  ])
  if (end.status === 'rejected') {
    session.release(true)
    throw commitFault(end.reason)
  }
  const { command } = end.value[0]!
  const failed: unknown = before.find((one) => one.status === 'rejected')?.reason
  if (failed !== undefined && command === 'ROLLBACK') {
    session.release()
    throw failed as Error
  }
  // A statement that failed here alone, as by the driver's own time limit, may have been done. And a wait
  // for a standby that was cut short is a mere warning: the commit is on this machine alone.
  const isDone = command === 'COMMIT'
  const doubt =
    failed ?? session.takeWarning() ?? (isDone ? null : new Error(`${command}, not COMMIT`))
  session.release(doubt !== null)
  if (doubt !== null) throw commitFault(doubt)
}

import type { Head } from '../store.ts'
import { commitFault, NOT_BEGUN } from './faults.ts'
import { HEAD_ROW, headOf } from './head.ts'
import type { Session } from './session.ts'
import { Statement } from './statement.ts'
import { IDLE_MS, LOCK_MS, SILENT_LOCK_MS, STATEMENT_MS } from './time-limits.ts'

/** `remote_apply` is stronger than `on`, and stays. */
export const DURABLE = `set_config('synchronous_commit', CASE current_setting('synchronous_commit')
    WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true)`

/** In the transaction of a batch, as it was begun. */
export const IS_OURS = `set_config('synchronous_commit',
    CASE current_setting('holdfast_turn.durable') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
  holdfast.must(current_setting('holdfast_turn.is_begun', true) = 'on', '${NOT_BEGUN}', 'the transaction was ended')`

/** Flags of the planner, as our statements need them. */
export const PLANNER = `set_config('enable_hashjoin', 'off', true),
  set_config('enable_mergejoin', 'off', true),
  set_config('enable_seqscan', 'off', true),
  set_config('jit', 'off', true)`

/** The role as it was when the transaction began: a program's own pool may have taken one. */
export const ROLE = `set_config('role', current_setting('holdfast_turn.role'), false)`

/** How long our statements may wait and take. */
export const LIMITS = `set_config('lock_timeout', '${LOCK_MS}', true),
  set_config('statement_timeout', '${STATEMENT_MS}', true)`

/**
 * All that a batch asks of its transaction, for this transaction alone: the pool may be the program's
 * own, or behind a pooler.
 *
 * - A connection out of the pool may be within somebody else's transaction, which began earlier.
 * - The planner takes an `unnest` for a hundred rows and would read whole tables to meet them: without
 *   these three flags 1.8 times slower.
 * - Compiling a statement that runs for a millisecond takes a hundred.
 */
const SETTINGS = `SELECT
  holdfast.must(transaction_timestamp() = statement_timestamp(), '${NOT_BEGUN}', 'no new transaction'),
  set_config('holdfast_turn.is_begun', 'on', true),
  ${PLANNER},
  ${DURABLE},
  set_config('holdfast_turn.durable', current_setting('synchronous_commit'), true),
  set_config('holdfast_turn.role', current_setting('role'), true),
  ${LIMITS},
  set_config('idle_in_transaction_session_timeout', '${IDLE_MS}', true)`

const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${SETTINGS}`

const IS_BEGUN = `current_setting('holdfast_turn.is_begun', true) = 'on'`

/**
 * The lock in a statement of its own: at READ COMMITTED every statement sees what was committed before
 * it began, so the one behind the lock sees the commit of whoever held it, and the clock after it.
 */
export const LOCK = 'SELECT fence FROM holdfast.head_lock FOR UPDATE'

/** The time of the database, in milliseconds. */
export const CLOCK = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

export async function readClock(session: Session): Promise<number> {
  const { rows } = await session.run(`SELECT ${CLOCK}`)
  return rows[0]![0] as number
}

const NOW = `SELECT ${CLOCK}, h.*
  FROM (SELECT) one LEFT JOIN (${HEAD_ROW}) h ON true`

const RAISE_FENCE = 'UPDATE holdfast.head_lock SET fence = fence + 1'

export interface Turn {
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

/** A lock that one transaction has from its beginning to its end, so that others can wait for that. */
export type Baton = number

/** Advisory locks are numbers that all of a database share: drawn, so that nobody else's is the same. */
export function newBaton(): Baton {
  return Math.floor(Math.random() * Number.MAX_SAFE_INTEGER)
}

/**
 * Waits for the turn to write, and has it until the session's transaction ends. In one message: a trip to
 * the server and back is all that a batch waits for before it decides.
 */
export async function takeTurn(session: Session, baton = newBaton()): Promise<Turn> {
  const script = `${begin(baton)}; ${LOCK}; ${NOW}`
  const [locked, found] = (await session.script(script, SILENT_LOCK_MS)).slice(-2)
  const [now, ...head] = found!.rows[0]!
  return { head: headOf(head), now: now as number, fence: locked!.rows[0]![0] as number }
}

/** A transaction like that of a turn, without it. */
export async function beginBeforeTurn(session: Session, baton: Baton): Promise<unknown> {
  return session.script(begin(baton))
}

/** Waits for the end of a transaction that was begun, whatever becomes of it. */
export async function untilEnded(session: Session, baton: Baton): Promise<unknown> {
  return session.run('SELECT pg_advisory_xact_lock($1::bigint)', [baton])
}

/** One that does nothing outside of a transaction: the BEGIN that was sent before it may have failed. */
export function begunStatement(): Statement {
  const statement = new Statement()
  statement.call(`holdfast.must(${IS_BEGUN}, '${NOT_BEGUN}', 'the transaction was not begun')`)
  return statement
}

/** A transaction like that of a batch, beside all batches. */
export async function beginBeside(session: Session): Promise<unknown> {
  return session.script(BEGIN)
}

function begin(baton: Baton): string {
  return `${BEGIN}, pg_advisory_xact_lock(${baton})`
}

/** From now on nothing is written that was sent before: its fence is another one. */
export async function raiseFence(session: Session): Promise<void> {
  await session.rows(RAISE_FENCE)
}

/**
 * The turn as the first part of a statement, for who has begun already: at once or not at all, and only
 * where the newest commit is the expected one. It need not be, though it was answered: a server that
 * took over may have lost it.
 */
export function turnAtOnce(statement: Statement, before: CommitId, fence: number): void {
  const number = statement.value(before.number, 'bigint')
  const batchId = statement.value(before.batchId, 'uuid')
  const isThere = `SELECT FROM holdfast.commits WHERE number = ${number} AND batch_id = ${batchId}`
  const isOurs = `fence = ${statement.value(fence, 'bigint')} AND EXISTS (${isThere})`
  statement.first(`SELECT FROM holdfast.head_lock WHERE ${isOurs} FOR UPDATE NOWAIT`)
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
 * Sends COMMIT behind statements that are on their way. Where one of them failed PostgreSQL rolls back, and
 * says so: only then is it that one's error that is thrown. Whatever comes of it, the session is given back.
 * @throws StoreFailure of unknown outcome; what the driver throws, where nothing was written
 */
export async function endTurn(
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

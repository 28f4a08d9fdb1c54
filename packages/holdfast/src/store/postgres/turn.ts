import { HeadMoved } from '../failure.ts'
import type { Head } from '../store.ts'
import { HEAD_ROW, headOf } from './head.ts'
import type { PgResult } from './pool.ts'
import type { Session } from './session.ts'
import type { Statement } from './statement.ts'
import { IDLE_MS, LOCK_MS, SILENT_LOCK_MS, STATEMENT_MS } from './time-limits.ts'

/**
 * All that a batch asks of its transaction, for this transaction alone: the pool may be the program's
 * own, or behind a pooler.
 *
 * - The planner takes an `unnest` for a hundred rows and would read whole tables to meet them: without
 *   these three flags 1.8 times slower.
 * - Compiling a statement that runs for a millisecond takes a hundred.
 * - `remote_apply` is stronger than `on`, and stays.
 */
const SETTINGS = `SELECT
  set_config('enable_hashjoin', 'off', true),
  set_config('enable_mergejoin', 'off', true),
  set_config('enable_seqscan', 'off', true),
  set_config('jit', 'off', true),
  set_config('synchronous_commit', CASE current_setting('synchronous_commit')
    WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
  set_config('lock_timeout', '${LOCK_MS}', true),
  set_config('statement_timeout', '${STATEMENT_MS}', true),
  set_config('idle_in_transaction_session_timeout', '${IDLE_MS}', true)`

/**
 * The lock in a statement of its own: at READ COMMITTED every statement sees what was committed before
 * it began, so the one behind the lock sees the commit of whoever held it, and the clock after it.
 */
const LOCK = 'SELECT FROM holdfast.head_lock FOR UPDATE'

const NOW = `SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint, h.*
  FROM (SELECT) one LEFT JOIN (${HEAD_ROW}) h ON true`

const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ${SETTINGS}`

/** In one message: a trip to the server and back is all that a batch waits for before it decides. */
const TAKE = `${BEGIN}; ${LOCK}; ${NOW}`

/** Waits for the turn to write, and has it until the session's transaction ends. */
export async function takeTurn(session: Session): Promise<{ head: Head; now: number }> {
  const results = await begun(session, TAKE, SILENT_LOCK_MS)
  const [now, ...head] = results.at(-1)!.rows[0]!
  return { head: headOf(head), now: now as number }
}

/** A transaction like that of a turn, without it. */
export async function beginBeforeTurn(session: Session): Promise<void> {
  await begun(session, BEGIN)
}

/**
 * The turn as the first part of a statement, for who has begun already: at once or not at all, and only
 * where the head is the expected one. It need not be, though its commit was answered: a server that took
 * over may have lost it.
 */
export function turnAtOnce(statement: Statement, expected: Head): void {
  const number = statement.value(expected.commit, 'bigint')
  const hash = statement.value(`\\x${expected.hash}`, 'bytea')
  const isThere = `SELECT FROM holdfast.commits WHERE number = ${number} AND hash = ${hash}`
  const lock = `SELECT FROM holdfast.head_lock WHERE EXISTS (${isThere}) FOR UPDATE NOWAIT`
  statement.first(lock, () => new HeadMoved())
}

async function begun(session: Session, script: string, silentMs?: number): Promise<PgResult[]> {
  const results = await session.script(script, silentMs)
  const warning = session.takeWarning()
  // The connection came out of the pool within somebody else's transaction.
  if (warning !== null)
    throw new Error(`no new transaction: ${warning.message}`, { cause: warning })
  return results
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

/** A wait for a standby that was cut short is a mere warning: the commit is on this machine alone. */
export async function endTurn(session: Session): Promise<void> {
  session.takeWarning()
  const { command } = (await session.script('COMMIT'))[0]!
  if (command !== 'COMMIT') throw new Error(`COMMIT was answered with ${command}`)
  const warning = session.takeWarning()
  if (warning !== null) throw warning
}

import { OperationalError, type FailureCode } from '../../../model/operational-error.ts'
import { StoreFailure } from '../../failure.ts'

/** The server is not reached, it does not answer, or the pool has no connection left. */
export class NoConnection extends Error {
  override get name(): string {
    return 'NoConnection'
  }
}

/** Codes of our own, raised if a batch does not find what it was decided on. */
export const HEAD_MOVED = 'HF001'
export const ROWS_MISSING = 'HF002'
/** Its transaction was not begun, or somebody else's goes on. */
export const NOT_BEGUN = 'HF003'
/** The role lacks a right. */
const DENIED = '42501'

/** Codes of which the same batch may well be free a moment later. */
const PASSING = new Set([
  '55P03', // the head lock did not come in time
  '57014', // the statement took too long
  '25P04', // the transaction took too long
  '53300', // too many connections
  '25006', // it takes reads only: a primary that was taken over from, and is not cut off yet
])

/** The server says that it ended the connection. */
const LOST = new Set([
  '57P01', // the server is being stopped, or an administrator ended it
  '57P02', // another of its processes crashed
  '57P03', // it is starting up
  '57P05', // idle for too long
  '25P03', // idle for too long within a transaction
])

/** Another connection of the server's stands behind ours: a pooler that hands them on. */
const STATEMENT_LOST = new Set(['26000', '42P05'])

/** SQLSTATE of what was thrown; empty if it did not come from the server. */
export function stateOf(error: unknown): string {
  const { code, severity } = error as { code?: unknown; severity?: unknown }
  if (typeof code === 'string' && typeof severity === 'string') return code
  return error instanceof NoConnection ? stateOf(error.cause ?? {}) : ''
}

/** A statement prepared under a name is not there, or another one is. */
export function isStatementLost(error: unknown): boolean {
  return STATEMENT_LOST.has(stateOf(error)) || isPlanLost(error)
}

/** What was prepared returns other columns than its table has now. */
export function isPlanLost(error: unknown): boolean {
  return (error as { routine?: unknown }).routine === 'RevalidateCachedQuery'
}

/** Somebody else holds the head lock, or held it. */
export function isHeadLost(error: unknown): boolean {
  const state = stateOf(error)
  return state === HEAD_MOVED || state === '55P03'
}

export function isForbidden(error: unknown): boolean {
  return stateOf(error) === DENIED
}

/** The connection is gone, or not what it was: the same may work on another one at once. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof NoConnection) return false
  const state = stateOf(error)
  if (state === '') return isDriverError(error)
  return state.startsWith('08') || LOST.has(state) || isStatementLost(error) || state === NOT_BEGUN
}

/** The driver's own errors and the sockets' have no SQLSTATE; programming errors have another class. */
export function isDriverError(error: unknown): boolean {
  return error instanceof AggregateError || (error instanceof Error && error.constructor === Error)
}

/** What an error before COMMIT was sent says: nothing was written. */
export function writeFault(error: unknown): Error {
  if (error instanceof StoreFailure || error instanceof OperationalError) return error
  const state = stateOf(error)
  const retriable = isConnectionLost(error) || mayConnectLater(error, state) || isPassing(state)
  // A CHECK or a key that tripped is a bug, and so is what is no number: it must not be tried again.
  const isBug =
    state === '' || state === ROWS_MISSING || state.startsWith('23') || state.startsWith('22')
  return new StoreFailure(messageOf(error), {
    outcome: 'not-committed',
    fatal: !retriable && isBug,
    retriable,
    cause: error,
  })
}

function isPassing(state: string): boolean {
  return PASSING.has(state) || state.startsWith('40')
}

/** Not a wrong password, or a database that is not there. */
function mayConnectLater(error: unknown, state: string): boolean {
  if (!(error instanceof NoConnection)) return false
  return state === '' || state.startsWith('08') || LOST.has(state) || PASSING.has(state)
}

/**
 * Once COMMIT is on its way, an error does not say whether it came before the commit or after it: a
 * backend that is ended while it waits for a standby has committed. The engine looks, and tries again
 * where it was before.
 */
export function commitFault(error: unknown): StoreFailure {
  return new StoreFailure(messageOf(error), { outcome: 'unknown', retriable: true, cause: error })
}

/** What an error while opening or reading says about the database. */
export function readFault(error: unknown): unknown {
  if (error instanceof OperationalError) return error
  const state = stateOf(error)
  if (state === '' && !isDriverError(error) && !(error instanceof NoConnection)) return error
  const [code, what] = readState(state)
  const advice =
    code === 'STORE_DAMAGED'
      ? '; verify it, then rebuild it or restore a backup'
      : state === DENIED
        ? '; grant it, or use the role that owns the schema'
        : ''
  return new OperationalError(code, `${what}: ${messageOf(error)}${advice}`, { cause: error })
}

function readState(state: string): readonly [FailureCode, string] {
  if (state.startsWith('XX00') && state !== 'XX000') {
    return ['STORE_DAMAGED', 'the database is damaged']
  }
  switch (state) {
    case '42P01': // undefined table
    case '42703': // undefined column
    case '3F000': // invalid schema
    case '22P02': // no JSON, or no number, where the log has one
    case '22021': // bytes that are no UTF-8
      return ['STORE_DAMAGED', 'the schema or its log is not what this program made']
    case '25006':
      return ['STORE_READ_ONLY', 'the database takes reads only']
    case DENIED:
      return ['STORE_UNAVAILABLE', 'the role may not do this']
    default:
      return ['STORE_UNAVAILABLE', 'the database cannot be used now']
  }
}

/** An error of several addresses that were tried has an empty message of its own. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((one) => messageOf(one)).join('; ')
  }
  return error instanceof Error ? error.message : String(error)
}

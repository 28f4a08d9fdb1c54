import { InvariantError } from '../domain/errors.ts'

/** What can go wrong beside refusals; the codes never change. */
export const FAILURE_CODES = [
  /** The queue is full: nothing was done, try again later. */
  'BUSY',
  /** The command waited too long in the queue: nothing was done. */
  'TIMEOUT',
  /** The store cannot be reached or written: nothing was done. */
  'STORE_UNAVAILABLE',
  /** The store takes reads only, because it was opened so, or because a fault was found. */
  'STORE_READ_ONLY',
  /** The connection died while committing, and nobody could say in time what came of it. */
  'COMMIT_UNKNOWN',
  'STORE_CLOSED',
  /** Another process writes this file. */
  'STORE_LOCKED',
  /** The file or database is not what was written: it does not open, or does not add up. */
  'STORE_DAMAGED',
  /** It belongs to another program. */
  'STORE_FOREIGN',
  /** It was written by a newer version. */
  'STORE_NEWER',
  /** The newest entry lies minutes ahead of the clock. */
  'CLOCK_BEHIND',
] as const

export type FailureCode = (typeof FAILURE_CODES)[number]

/** The inventory could not do its work; says nothing about whether the command was legal. */
export class OperationalError extends Error {
  readonly code: FailureCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    code: FailureCode,
    message: string,
    options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.details = options.details ?? {}
  }

  override get name(): string {
    return 'OperationalError'
  }
}

/** How an attempt to commit ended when it did not end well. */
export type CommitOutcome = 'not-committed' | 'unknown'

/**
 * Thrown by a store's `commit` (and `take`, `load`). `fatal` says that this store must not be written
 * again before it is opened and verified anew: after a failed fsync nobody knows what is on the disk.
 */
export class StoreFailure extends Error {
  readonly outcome: CommitOutcome
  readonly fatal: boolean
  /** The same batch may well succeed when it is tried again: a serialisation failure, a lost connection. */
  readonly retriable: boolean

  constructor(
    message: string,
    options: { outcome: CommitOutcome; fatal?: boolean; retriable?: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.outcome = options.outcome
    this.fatal = options.fatal ?? false
    this.retriable = options.retriable ?? false
  }

  /** The same failure, once more is known of its outcome. */
  as(outcome: CommitOutcome): StoreFailure {
    const { fatal, retriable, cause } = this
    return new StoreFailure(this.message, { outcome, fatal, retriable, cause })
  }

  override get name(): string {
    return 'StoreFailure'
  }
}

/**
 * What kept a commit from being sent: it could not be put into the store's form, most likely because it
 * is larger than V8 can make texts and arrays. Nothing was written and nothing is wrong with the store,
 * so the batch fails alone. A broken rule stays one.
 */
export function unsent(error: unknown): Error {
  if (error instanceof StoreFailure || error instanceof InvariantError) return error
  const what = error instanceof Error ? error.message : String(error)
  const message = `the batch could not be prepared for the store: ${what}`
  return new StoreFailure(message, { outcome: 'not-committed', cause: error })
}

/** The commit was decided on a head that another process has moved on: nothing was written. */
export class HeadMoved extends StoreFailure {
  constructor() {
    super('another process has committed', { outcome: 'not-committed', retriable: true })
  }
}

import { InvariantError } from '../model/errors.ts'

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
  /** Whether the connection was lost while statements of the shop's own were without an answer: one may have ended it. */
  isLostInCarried = false
  /** SQLSTATE of what it was lost with, if there is one. */
  sqlState: string | null = null

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
    const failure = new StoreFailure(this.message, { outcome, fatal, retriable, cause })
    failure.isLostInCarried = this.isLostInCarried
    failure.sqlState = this.sqlState
    return failure
  }

  override get name(): string {
    return 'StoreFailure'
  }
}

/** What a commit holds does not fit to what is stored: nothing was written, and it must not be tried again. */
export function refused(message: string): StoreFailure {
  return new StoreFailure(message, { outcome: 'not-committed', fatal: true })
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

/** What a command's carried statement failed with. */
export interface CarriedFault {
  /** Of the command among those of its batch. */
  readonly place: number
  /** Which of its statements; null if that is not known. */
  readonly statement: number | null
  /** SQLSTATE. */
  readonly sqlState: string
  readonly cause: Error
  /** It waited for a lock, or worked, for too long. */
  readonly tookTooLong: boolean
}

/** Carried statements failed: nothing was written, and nothing is wrong with the store or with the other commands. */
export class CarriedFailed extends StoreFailure {
  /** None if it is not known for sure whose statement it was. */
  readonly faults: readonly CarriedFault[]

  constructor(faults: readonly CarriedFault[], cause: unknown) {
    super('carried statements failed', { outcome: 'not-committed', retriable: true, cause })
    this.faults = faults
  }

  /** What failed, for a commit of one command: then it is that command's, whatever is known. */
  ofOne(): CarriedFault {
    const [fault] = this.faults
    if (fault !== undefined) return fault
    const cause = this.cause as Error & { readonly code: string }
    const tookTooLong = cause.code === '57014'
    return { place: 0, statement: null, sqlState: cause.code, cause, tookTooLong }
  }
}

/** Failures other than refusals. The codes never change. */
export const FAILURE_CODES = [
  /** The queue is full: nothing was done, try again later. */
  'BUSY',
  /** The command waited too long in the queue: nothing was done. */
  'TIMEOUT',
  /** The store cannot be reached or written: nothing was done. */
  'STORE_UNAVAILABLE',
  /** The store is read-only: it was opened so, or a fault was found. */
  'STORE_READ_ONLY',
  /** The connection died during a commit, and its outcome could not be determined in time. */
  'COMMIT_UNKNOWN',
  'STORE_CLOSED',
  /** Another process is writing to this file. */
  'STORE_LOCKED',
  /** The file or database is damaged or was changed: it does not open, or is inconsistent. */
  'STORE_DAMAGED',
  /** It belongs to another program. */
  'STORE_FOREIGN',
  /** It was made by an older version whose files cannot be upgraded. */
  'STORE_OLDER',
  /** It was written by a newer version. */
  'STORE_NEWER',
  /** The newest entry is minutes ahead of the clock. */
  'CLOCK_BEHIND',
] as const

export type FailureCode = (typeof FAILURE_CODES)[number]

/** The inventory could not do its work. This says nothing about whether the command was legal. */
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

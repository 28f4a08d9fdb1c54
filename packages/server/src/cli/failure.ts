/** The command line is wrong in a way that no single flag shows: exit code 2. */
export class UsageError extends Error {}

/** It cannot be done here and now, and the user can do something about it: exit code 1. */
export class Failure extends Error {
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

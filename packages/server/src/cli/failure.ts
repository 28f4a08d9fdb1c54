/** The combination of flags is wrong: exit code 2. */
export class UsageError extends Error {}

/** It cannot be done, and the user can do something about it: exit code 1. */
export class Failure extends Error {
  readonly hint: string | undefined
  readonly code: string

  constructor(message: string, hint?: string, code = 'FAILED') {
    super(message)
    this.hint = hint
    this.code = code
  }
}

/** It conflicts with the state of the inventory, and nothing was changed: exit code 3. */
export class Refusal extends Error {
  readonly code: string
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.code = code
    this.details = details
  }
}

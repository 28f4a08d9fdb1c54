import { inventoryError, REFUSAL_CODES, type InventoryError } from '../model/errors.ts'
import { FAILURE_CODES, OperationalError, type FailureCode } from '../model/operational-error.ts'

/** The service refused what no inventory would have been asked: no token, no such path, too much at once. */
export class RequestError extends Error {
  readonly code: string
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>
  /** Stands in the service's log. */
  readonly requestId: string | null

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? `the service answered ${status}`)
    this.status = status
    this.code = problem.code ?? 'UNKNOWN'
    this.details = problem.details ?? {}
    this.requestId = problem.requestId ?? null
  }

  override get name(): string {
    return 'RequestError'
  }
}

/** What a problem+json carries; a proxy before the service may have sent something else. */
export interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly requestId?: string
}

/** Statuses that the service's own codes do not come with. */
const REFUSING: ReadonlySet<number> = new Set([400, 404, 409, 422])

/** The very error that the inventory threw in its process, by its code. */
export function remoteError(
  status: number,
  problem: Problem,
): InventoryError | OperationalError | RequestError {
  const { code, detail = '', details = {} } = problem
  if (code === undefined) return new RequestError(status, problem)
  if (isFailure(code)) return new OperationalError(code, detail, { details })
  if ((REFUSAL_CODES as readonly string[]).includes(code))
    return inventoryError(code, detail, details)
  // A shop's own policy may refuse with a code of its own; NOT_FOUND is a path that there is not.
  return REFUSING.has(status) && code !== 'NOT_FOUND'
    ? inventoryError(code, detail, details)
    : new RequestError(status, problem)
}

function isFailure(code: string): code is FailureCode {
  return (FAILURE_CODES as readonly string[]).includes(code)
}

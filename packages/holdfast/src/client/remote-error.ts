import { inventoryError, REFUSAL_CODES, type InventoryError } from '../model/errors.ts'
import { FAILURE_CODES, OperationalError, type FailureCode } from '../model/operational-error.ts'

/**
 * The service rejected the request before it reached the inventory: no token, no such path, too many requests. After
 * `INTERNAL_ERROR` alone it may have been done. The code is `UNKNOWN` if something else than the service rejected it.
 */
export class RequestError extends Error {
  readonly code: string
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>
  /** As in the service's log. */
  readonly requestId: string | null

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? `something else than the service answered ${status}`)
    this.status = status
    this.code = problem.code ?? 'UNKNOWN'
    this.details = problem.details ?? {}
    this.requestId = problem.requestId ?? null
  }

  override get name(): string {
    return 'RequestError'
  }
}

/** The body of a problem+json. */
export interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly requestId?: string | null
}

/** What is one in the body of an error: something in front of the service may have sent anything else. */
export function problemIn(body: unknown): Problem {
  const { code, detail, details, requestId } = (body ?? {}) as Record<keyof Problem, unknown>
  return {
    ...(typeof code === 'string' && { code }),
    ...(typeof detail === 'string' && { detail }),
    ...(typeof details === 'object' && { details: { ...details } }),
    ...(typeof requestId === 'string' && { requestId }),
  }
}

/** An error of something in front of the service, which may have passed the request on before. */
export function isForeign(error: Error): boolean {
  return error instanceof RequestError && error.status >= 500 && error.code !== 'INTERNAL_ERROR'
}

/** Statuses of refusals. The service's own codes come with other ones. */
const REFUSING: ReadonlySet<number> = new Set([400, 404, 409, 422])

/** The same error that the inventory threw in its process, by its code. */
export function remoteError(
  status: number,
  problem: Problem,
): InventoryError | OperationalError | RequestError {
  const { code, detail = '', details = {} } = problem
  if (code === undefined) return new RequestError(status, problem)
  if (isFailure(code)) return new OperationalError(code, detail, { details })
  if ((REFUSAL_CODES as readonly string[]).includes(code))
    return inventoryError(code, detail, details)
  // A shop's own policy can refuse with its own code; NOT_FOUND means an unknown path.
  return REFUSING.has(status) && code !== 'NOT_FOUND'
    ? inventoryError(code, detail, details)
    : new RequestError(status, problem)
}

function isFailure(code: string): code is FailureCode {
  return (FAILURE_CODES as readonly string[]).includes(code)
}

import { REFUSALS, type RefusalCode } from 'holdfast/model'

/** A code's HTTP status, and its meaning in a few words. Codes never change. */
export interface CodeInfo {
  readonly status: number
  readonly title: string
  /** When to retry, in seconds: nothing was done, or the same key tells what was. */
  readonly retryAfterS?: number
}

/** The status of each refusal of the inventory. */
const STATUS: Readonly<Record<RefusalCode, number>> = {
  INVALID_INPUT: 400,
  INVALID_QTY: 400,
  WAREHOUSE_NOT_FOUND: 404,
  RESERVATION_NOT_FOUND: 404,
  TRANSFER_NOT_FOUND: 404,
  INSUFFICIENT_STOCK: 409,
  CAPACITY_EXCEEDED: 409,
  INVALID_RESERVATION_STATE: 409,
  INVALID_TRANSFER_STATE: 409,
  WAREHOUSE_NOT_SELLING: 409,
  STOCK_CHANGED: 409,
  WAREHOUSE_IN_USE: 409,
  TOO_MANY: 409,
  POSITION_AHEAD: 409,
  POLICY_FAILED: 409,
  ALSO_FAILED: 409,
  IDEMPOTENCY_CONFLICT: 422,
}

/** What a route can refuse: the codes of the inventory, and that something of the service's own is not there. */
export type HttpRefusal = RefusalCode | 'NOT_FOUND'

/** Failures of the inventory. They do not say whether the command would be accepted. */
const OPERATIONAL: Readonly<Record<string, CodeInfo>> = {
  BUSY: { status: 503, title: 'Too many commands are waiting; nothing was done', retryAfterS: 1 },
  TIMEOUT: { status: 503, title: 'The command waited too long; nothing was done', retryAfterS: 1 },
  STORE_UNAVAILABLE: { status: 503, title: 'The store cannot be reached', retryAfterS: 2 },
  STORE_READ_ONLY: { status: 503, title: 'The store is read-only', retryAfterS: 30 },
  COMMIT_UNKNOWN: {
    status: 503,
    title: 'The outcome is unknown: repeat it with the same key',
    retryAfterS: 2,
  },
  STORE_CLOSED: { status: 503, title: 'The service is stopping', retryAfterS: 2 },
  STORE_LOCKED: { status: 503, title: 'Another process writes this store', retryAfterS: 30 },
  STORE_DAMAGED: { status: 500, title: 'The store is damaged' },
  STORE_FOREIGN: { status: 500, title: 'The store belongs to another program' },
  STORE_OLDER: { status: 500, title: 'The store was made by an older version' },
  STORE_NEWER: { status: 500, title: 'The store was written by a newer version' },
  CLOCK_BEHIND: { status: 500, title: 'The clock is behind the trail' },
}

/** Codes that only HTTP has. */
const TRANSPORT: Readonly<Record<string, CodeInfo>> = {
  UNAUTHENTICATED: { status: 401, title: 'A valid token is needed' },
  FORBIDDEN: { status: 403, title: 'This token may not do that' },
  FOREIGN_PAGE: { status: 403, title: 'Requests from web pages of other sites are refused' },
  NOT_FOUND: { status: 404, title: 'There is nothing here' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path has other methods' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request came too slowly' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  URI_TOO_LONG: { status: 414, title: 'The address is too long' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body must be JSON in UTF-8' },
  EXPECTATION_FAILED: { status: 417, title: 'The expectation is not supported' },
  UNKNOWN_HOST: { status: 421, title: 'This service does not answer to that name' },
  RATE_LIMITED: { status: 429, title: 'Too many requests', retryAfterS: 1 },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  INTERNAL_ERROR: { status: 500, title: 'Internal error; it was logged' },
}

const CODES: ReadonlyMap<string, CodeInfo> = new Map([
  ...refusals(),
  ...Object.entries({ ...OPERATIONAL, ...TRANSPORT }),
])

/** Every code with its status, for the documentation. */
export const ALL_CODES: readonly (readonly [code: string, info: CodeInfo])[] = [...CODES]

/** A code that is not ours is a refusal by the shop's own extension. */
export function infoOf(code: string): CodeInfo {
  return CODES.get(code) ?? { status: 409, title: 'Refused' }
}

function refusals(): [code: string, info: CodeInfo][] {
  const codes = Object.keys(REFUSALS) as RefusalCode[]
  return codes.map((code) => [code, { status: STATUS[code], title: REFUSALS[code] }])
}

import { REFUSALS, type RefusalCode } from 'holdfast/model'

/** A code's HTTP status, and what it means in a few words. The codes never change. */
export interface CodeInfo {
  readonly status: number
  readonly title: string
  /** Nothing was done, or the same key tells: come again in so many seconds. */
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
  POLICY_FAILED: 409,
  ALSO_FAILED: 409,
  IDEMPOTENCY_CONFLICT: 422,
}

/** What keeps the inventory from its work; says nothing about whether the command was legal. */
const OPERATIONAL: Readonly<Record<string, CodeInfo>> = {
  BUSY: { status: 503, title: 'Too much waits already; nothing was done', retryAfterS: 1 },
  TIMEOUT: { status: 503, title: 'It waited too long; nothing was done', retryAfterS: 1 },
  STORE_UNAVAILABLE: { status: 503, title: 'The store cannot be reached', retryAfterS: 2 },
  STORE_READ_ONLY: { status: 503, title: 'The store takes reads only', retryAfterS: 30 },
  COMMIT_UNKNOWN: {
    status: 503,
    title: 'Nobody can say yet whether it was done: ask again with the same key',
    retryAfterS: 2,
  },
  STORE_CLOSED: { status: 503, title: 'The service is going down', retryAfterS: 2 },
  STORE_LOCKED: { status: 503, title: 'Another process writes this store', retryAfterS: 30 },
  STORE_DAMAGED: { status: 500, title: 'The store does not add up' },
  STORE_FOREIGN: { status: 500, title: 'The store belongs to another program' },
  STORE_OLDER: { status: 500, title: 'The store was made by an older version' },
  STORE_NEWER: { status: 500, title: 'The store was written by a newer version' },
  CLOCK_BEHIND: { status: 500, title: 'The clock is behind the trail' },
}

/** The codes of HTTP alone. */
const TRANSPORT: Readonly<Record<string, CodeInfo>> = {
  UNAUTHENTICATED: { status: 401, title: 'A token is needed, and this is none' },
  FORBIDDEN: { status: 403, title: 'This token may not do that' },
  FOREIGN_PAGE: { status: 403, title: 'Requests from web pages of other sites are refused' },
  NOT_FOUND: { status: 404, title: 'There is nothing here' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path knows other methods' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request came too slowly' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  URI_TOO_LONG: { status: 414, title: 'The address is too long' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body must be JSON in UTF-8' },
  EXPECTATION_FAILED: { status: 417, title: 'What is expected cannot be met' },
  UNKNOWN_HOST: { status: 421, title: 'This service does not answer to that name' },
  RATE_LIMITED: { status: 429, title: 'Too many requests', retryAfterS: 1 },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  INTERNAL_ERROR: { status: 500, title: 'Something broke in here; it was written down' },
}

const CODES: ReadonlyMap<string, CodeInfo> = new Map([
  ...refusals(),
  ...Object.entries({ ...OPERATIONAL, ...TRANSPORT }),
])

/** Every code with its status: the list that the documentation shows. */
export const ALL_CODES: readonly (readonly [code: string, info: CodeInfo])[] = [...CODES]

/** A refusal whose code is none of ours comes from the shop's own extension: it was refused. */
export function infoOf(code: string): CodeInfo {
  return CODES.get(code) ?? { status: 409, title: 'Refused' }
}

function refusals(): [code: string, info: CodeInfo][] {
  const codes = Object.keys(REFUSALS) as RefusalCode[]
  return codes.map((code) => [code, { status: STATUS[code], title: REFUSALS[code] }])
}

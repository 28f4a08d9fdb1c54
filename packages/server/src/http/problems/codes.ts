/** A code's HTTP status, and what it means in a few words. The codes never change. */
export interface CodeInfo {
  readonly status: number
  readonly title: string
  /** Nothing was done, or the same key tells: come again in so many seconds. */
  readonly retryAfterS?: number
}

/** The codes of the inventory itself. */
const DOMAIN: Readonly<Record<string, CodeInfo>> = {
  INVALID_INPUT: { status: 400, title: 'Input that no state of the inventory could accept' },
  INVALID_QTY: { status: 400, title: 'A quantity that is none, or more than there can be' },
  WAREHOUSE_NOT_FOUND: { status: 404, title: 'There is no such warehouse' },
  RESERVATION_NOT_FOUND: { status: 404, title: 'There is no such reservation' },
  TRANSFER_NOT_FOUND: { status: 404, title: 'There is no such transfer' },
  INSUFFICIENT_STOCK: { status: 409, title: 'More than can be promised' },
  CAPACITY_EXCEEDED: { status: 409, title: 'More than the warehouse takes' },
  INVALID_RESERVATION_STATE: { status: 409, title: 'The reservation is in another state' },
  INVALID_TRANSFER_STATE: { status: 409, title: 'The transfer is in another state' },
  WAREHOUSE_IN_USE: { status: 409, title: 'The warehouse still holds stock' },
  POLICY_FAILED: { status: 409, title: 'The shop’s own policy could not decide' },
  IDEMPOTENCY_CONFLICT: { status: 422, title: 'The key was used for another command' },
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

const CODES: ReadonlyMap<string, CodeInfo> = new Map(
  Object.entries({ ...DOMAIN, ...OPERATIONAL, ...TRANSPORT }),
)

/** Every code with its status: the list that the documentation shows. */
export const ALL_CODES: readonly (readonly [code: string, info: CodeInfo])[] = [...CODES]

/** A refusal whose code is none of ours comes from the shop's own extension: it was refused. */
export function infoOf(code: string): CodeInfo {
  return CODES.get(code) ?? { status: 409, title: 'Refused' }
}

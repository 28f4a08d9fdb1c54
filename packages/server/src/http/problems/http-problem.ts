import { infoOf } from './codes.ts'

export type HttpCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'FOREIGN_PAGE'
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'REQUEST_TIMEOUT'
  | 'BODY_TOO_LARGE'
  | 'URI_TOO_LONG'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'UNKNOWN_HOST'
  | 'RATE_LIMITED'
  | 'HEADERS_TOO_LARGE'
  | 'INTERNAL_ERROR'
  | 'BUSY'

/** A refusal of HTTP itself, before any command. Made without a stack, like the refusals of the inventory. */
export class HttpProblem extends Error {
  readonly code: HttpCode
  readonly details: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: HttpCode,
    message: string = infoOf(code).title,
    more: {
      readonly details?: Readonly<Record<string, unknown>>
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = limit
    this.code = code
    this.details = more.details ?? {}
    this.headers = more.headers ?? {}
  }

  override get name(): string {
    return 'HttpProblem'
  }
}

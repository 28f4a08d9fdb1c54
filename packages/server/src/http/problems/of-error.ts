import type { ErrorObject } from 'ajv'
import { InventoryError, OperationalError, type FailureCode } from 'holdfast'
import { infoOf } from './codes.ts'
import { HttpProblem, type HttpCode } from './http-problem.ts'
import { PreconditionFailed } from './precondition-failed.ts'
import { refusalOf } from './validation.ts'

/** What a caller is told of an error: never its stack, nor a message of the store's or of another program's. */
export interface Told {
  readonly code: string
  readonly detail: string
  readonly details: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  /** If it differs from that of the code. */
  readonly status?: number
}

interface FromFastify {
  readonly code?: unknown
  readonly statusCode?: unknown
  readonly validation?: readonly ErrorObject[]
  readonly validationContext?: string
}

const NONE = {}

/** Fastify's own errors, by its codes. */
const OF_FASTIFY: Readonly<Record<string, HttpCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_MAX_PARAM_LENGTH: 'URI_TOO_LONG',
}

export function toldOf(error: unknown): Told {
  if (error instanceof InventoryError)
    return { code: error.code, detail: error.message, details: error.details, headers: NONE }
  if (error instanceof OperationalError) {
    const { code, message, details } = error
    return { code, detail: isOfStore(code) ? infoOf(code).title : message, details, headers: NONE }
  }
  if (error instanceof PreconditionFailed) return { ...toldOf(error.refusal), status: error.status }
  if (error instanceof HttpProblem) {
    const { code, message, details, headers } = error
    return { code, detail: message, details, headers }
  }
  const { code, statusCode, validation, validationContext } = error as FromFastify
  if (validation !== undefined && validation.length > 0)
    return toldOf(refusalOf(validation, partOf(validationContext)))
  const http = typeof code === 'string' ? OF_FASTIFY[code] : undefined
  if (http !== undefined) return toldOf(new HttpProblem(http))
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    const detail = error instanceof Error ? error.message : 'the request is malformed'
    return { code: 'INVALID_INPUT', detail, details: { field: 'request' }, headers: NONE }
  }
  return toldOf(new HttpProblem('INTERNAL_ERROR'))
}

/** Their messages quote the database or the file system, with addresses and paths: for the log alone. */
function isOfStore(code: FailureCode): boolean {
  return code === 'COMMIT_UNKNOWN' || code.startsWith('STORE_')
}

function partOf(context: string | undefined): string {
  if (context === 'querystring') return 'query'
  return context === 'params' ? 'path' : (context ?? 'request')
}

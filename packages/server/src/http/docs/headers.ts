import type { RouteOptions } from 'fastify'
import { takesKey } from './route-codes.ts'

type Json = Record<string, unknown>

interface Header extends Json {
  readonly description: string
  readonly schema: Json
}

const MOST = 1_000_000_000

/** What answers may have beside what HTTP itself is about. */
export const HEADERS: Readonly<Record<string, Header>> = {
  'X-Request-Id': {
    description: 'Of the request, in the log too: the one that was sent, if one was',
    schema: { type: 'string' },
  },
  'Idempotency-Replayed': {
    description: 'The answer was given before, under the same key',
    schema: { type: 'string', enum: ['true'] },
  },
  'Retry-After': {
    description: 'Seconds to wait before the next attempt',
    schema: { type: 'integer', minimum: 0, maximum: MOST },
  },
  'RateLimit-Limit': {
    description: 'Commands per second, and at once. Only if the service has a rate',
    schema: { type: 'integer', minimum: 1, maximum: MOST },
  },
  'RateLimit-Remaining': {
    description: 'How many of them are left now. Below 0 after a long list',
    schema: { type: 'integer', maximum: MOST },
  },
}

/** Those of an answer with a status; `default`: of any refusal or failure. */
export function headersOf(route: RouteOptions, status: string): Json {
  const names = ['X-Request-Id']
  if (route.config?.need !== 'open') names.push('RateLimit-Limit', 'RateLimit-Remaining')
  if (takesKey(route)) names.push('Idempotency-Replayed')
  if (['429', '503'].includes(status)) names.push('Retry-After')
  return references(names)
}

export function references(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

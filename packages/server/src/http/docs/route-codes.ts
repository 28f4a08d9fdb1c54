import type { RouteOptions } from 'fastify'
import { SINGLE_VERBS, COMMANDS, REFUSALS, type RefusalCode } from 'holdfast/model'
import { ALL_CODES, infoOf, type HttpRefusal } from '../problems/codes.ts'
import { isQuantity } from '../problems/validation.ts'
import './route-schema.ts'

/** All refusals of commands: those of a list in which all are done or none. */
export const REFUSALS_OF_COMMANDS: readonly RefusalCode[] = [
  ...new Set(SINGLE_VERBS.flatMap((verb) => COMMANDS[verb].refusals)),
]

/** Whether a request to a route may have an idempotency key. */
export function takesKey({ method, schema }: RouteOptions): boolean {
  return method === 'POST' && schema?.takesKey !== false
}

/** The codes that a route answers for itself, by status: those it names, and what follows from its input. */
export function codesOf(route: RouteOptions): Map<number, HttpRefusal[]> {
  const { body, refusals = [] } = route.schema ?? {}
  const codes = new Set<HttpRefusal>([
    'INVALID_INPUT',
    ...(namesIn(body).some(isQuantity) ? ['INVALID_QTY' as const] : []),
    ...refusals,
    ...(takesKey(route) ? ['IDEMPOTENCY_CONFLICT' as const] : []),
  ])
  const byStatus = Map.groupBy(codes, (code) => infoOf(code).status)
  if (route.config?.ifMatch === true) byStatus.set(412, ['STOCK_CHANGED'])
  return byStatus
}

/** For paths and methods that there are not. */
const ELSEWHERE: ReadonlySet<string> = new Set(['NOT_FOUND', 'METHOD_NOT_ALLOWED'])

/** What every route may answer: whoever asks for whatever, and whatever happens to the service. */
export const CODES_OF_ALL: readonly string[] = ALL_CODES.map(([code]) => code).filter(
  (code) => !Object.hasOwn(REFUSALS, code) && !ELSEWHERE.has(code),
)

/** The names of all properties of a schema, at any depth. */
function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {} } = schema as { properties?: object }
  return [...Object.keys(properties), ...Object.values(schema).flatMap(namesIn)]
}

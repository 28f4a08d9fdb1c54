import type { FastifySchema, RouteOptions } from 'fastify'
import { LIMITS } from 'holdfast'
import packageJson from '../../../package.json' with { type: 'json' }
import { infoOf } from '../problems/codes.ts'
import { Problem } from '../problems/problem.ts'
import { Components } from './components.ts'
import { HEADERS, headersOf, references } from './headers.ts'
import { codesOf, CODES_OF_ALL, takesKey } from './route-codes.ts'

type Json = Record<string, unknown>

export interface OpenApi extends Json {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Json & { readonly schemas: Readonly<Record<string, Json>> }
}

export interface Operation extends Json {
  readonly operationId: string
  readonly summary: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: {
    readonly required: boolean
    readonly content: Readonly<Record<string, Json>>
  }
  readonly responses: Readonly<Record<string, Json>>
  /** The least role that may do it; absent if not even a token is needed. */
  readonly 'x-role'?: string
}

interface Parameter extends Json {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: Json
}

const KEY_HEADER: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same key with the same command gets the same answer and has one effect. Kept for a day. Visible ASCII; as idempotencyKey in the body, any text.',
  schema: { type: 'string', minLength: 1, maxLength: LIMITS.keyLength },
}

const RESUME_HEADER: Parameter = {
  name: 'Last-Event-ID',
  in: 'header',
  required: false,
  description:
    'The id of the last event that was read: the stream goes on after it. Counts before after',
  schema: { type: 'string', pattern: '^\\d{1,16}$' },
}

const MATCH_HEADER: Parameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description:
    'An ETag of the level. If the level has an entry after that seq, the answer is 412. The same as ifSeq in the body',
  schema: { type: 'string', pattern: '^"\\d{1,16}"$' },
}

/** The document, made from the schemas that validate. */
export function openApi(routes: readonly RouteOptions[], prefix: string): OpenApi {
  const components = new Components()
  const paths: Record<string, Record<string, Operation>> = {}
  for (const route of routes) {
    if (route.schema?.operationId === undefined) continue
    const path = route.url.slice(prefix.length).replaceAll(/:(\w+)/g, '{$1}')
    paths[path] ??= {}
    paths[path][String(route.method).toLowerCase()] = operationOf(route, components)
  }
  const problem = components.refer(Problem)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version: packageJson.version,
      description:
        'Stock that cannot be sold twice: holds, sales, transfers, and a trail to prove it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: prefix === '' ? '/' : prefix }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'Not needed on loopback.' },
      },
      responses: {
        Problem: {
          description: 'Refused or failed; the code says why',
          headers: references(Object.keys(HEADERS)),
          content: { 'application/problem+json': { schema: problem } },
          'x-codes': CODES_OF_ALL,
        },
      },
      headers: HEADERS,
      schemas: components.schemas,
    },
  }
}

function operationOf(route: RouteOptions, components: Components): Operation {
  const { schema = {}, config = {} } = route
  const { need = 'reader' } = config
  const parameters = [
    ...parametersOf('path', schema.params, components),
    ...parametersOf('query', schema.querystring, components),
    ...(takesKey(route) ? [KEY_HEADER] : []),
    ...(config.ifMatch === true ? [MATCH_HEADER] : []),
    ...(schema.resumes === true ? [RESUME_HEADER] : []),
  ]
  const responses = Object.entries((schema.response as Record<string, object>) ?? {})
  return {
    operationId: schema.operationId!,
    summary: schema.summary ?? '',
    ...(need === 'open' ? { security: [] } : { 'x-role': need }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(schema.body === undefined
      ? {}
      : { requestBody: bodyOf(schema.body, schema.alsoTakes, components) }),
    responses: {
      ...Object.fromEntries(
        responses.map(([status, one]) => [
          status,
          answerOf(components.refer(one), schema, headersOf(route, status)),
        ]),
      ),
      ...refusalsOf(route),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

/** The refusals of a route by status, each with its codes. */
function refusalsOf(route: RouteOptions): Record<string, Json> {
  const content = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  }
  return Object.fromEntries(
    Array.from(codesOf(route), ([status, some]) => {
      const description = some.map((code) => `${code}: ${infoOf(code).title}`).join('; ')
      const headers = headersOf(route, String(status))
      return [status, { description, headers, content, 'x-codes': some }]
    }),
  )
}

function answerOf(
  schema: Json,
  { alsoAnswers: also, answersEtag }: FastifySchema,
  headers: Json,
): Json {
  const content: Json = { 'application/json': { schema } }
  if (also !== undefined) content[also] = { schema: { type: 'string' } }
  if (answersEtag === undefined) return { description: 'Done', headers, content }
  const ETag = { description: answersEtag, schema: { type: 'string' } }
  return { description: 'Done', headers: { ...headers, ETag }, content }
}

function bodyOf(schema: unknown, also: string | undefined, components: Components) {
  const { content: byType } = schema as { content?: Record<string, { schema: object }> }
  const json = byType?.['application/json']?.schema ?? (schema as object)
  const content: Record<string, Json> = {
    'application/json': { schema: components.refer(json) },
  }
  if (also !== undefined)
    content[also] = { schema: also.endsWith('+json') ? components.refer(json) : { type: 'string' } }
  const { required = [] } = json as { required?: readonly string[] }
  return { required: required.length > 0, content }
}

function parametersOf(
  place: 'path' | 'query',
  schema: unknown,
  components: Components,
): Parameter[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, object>
    required?: readonly string[]
  }
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: components.refer(one),
  }))
}

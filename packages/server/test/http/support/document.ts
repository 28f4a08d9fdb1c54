import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { Ajv, type ValidateFunction } from 'ajv'
import type { OpenApi, Operation } from '../../../src/http/docs/openapi.ts'

const PROBLEM = { $ref: '#/components/schemas/Problem' }

/** What the service says of itself, and whether its answers are as it says. */
export class Document {
  readonly json: OpenApi
  readonly #ajv = new Ajv({ strict: false, formats: { id: true, int64: true } })
  readonly #compiled = new Map<object, ValidateFunction>()

  constructor(json: OpenApi) {
    this.json = json
    this.#ajv.addSchema({ $id: 'document', components: json.components })
  }

  operations(): { method: string; path: string; operation: Operation }[] {
    return Object.entries(this.json.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        operation,
      })),
    )
  }

  /** That of a route, by its address as Fastify has it. */
  operation(method: string, url: string): Operation {
    const path = url.replaceAll(/:(\w+)/g, '{$1}')
    return this.json.paths[path]![method.toLowerCase()]!
  }

  /** Follows a reference into the document. */
  resolved(schema: object): Record<string, unknown> {
    const { $ref } = schema as { $ref?: string }
    if ($ref === undefined) return schema as Record<string, unknown>
    return this.json.components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)]!
  }

  /** Fails where an answer is not what the document says of it. */
  check(operation: Operation, status: number, contentType: string | null, text: string): void {
    const where = `${operation.operationId} ${status}: ${text.slice(0, 300)}`
    if (status >= 400) {
      this.#problem(status, contentType, text, where)
      this.checkCode(operation, status, text)
      return
    }
    const response = operation.responses[String(status)] as
      | { content: Record<string, { schema: object }> }
      | undefined
    ok(response !== undefined, `not documented: ${where}`)
    const type = String(contentType).split(';')[0]!
    const content = response.content[type]
    ok(content !== undefined, `${type} is not documented: ${where}`)
    if (type === 'application/json') this.#valid(content.schema, JSON.parse(text), where)
  }

  /** Fails where a route answers a code that it does not name, nor all routes. */
  checkCode(operation: Operation, status: number, text: string): void {
    const { code } = JSON.parse(text) as { code: string }
    const ofAll = (this.json.components['responses'] as Record<string, object>)['Problem']
    const response = operation.responses[String(status)] ?? ofAll
    const { 'x-codes': codes = [] } = response as { 'x-codes'?: readonly string[] }
    const where = `${operation.operationId} ${status}: ${text.slice(0, 300)}`
    ok(codes.includes(code), `${code} is not documented: ${where}`)
  }

  #problem(status: number, contentType: string | null, text: string, where: string): void {
    equal(contentType, 'application/problem+json; charset=utf-8', where)
    const problem = JSON.parse(text) as Record<string, unknown>
    this.#valid(PROBLEM, problem, where)
    equal(problem['status'], status, where)
    match(String(problem['type']), /^\/docs#[A-Z_]+$/)
    const said = JSON.stringify({ ...problem, details: null })
    deepEqual(/node_modules|file:\/\/|\.ts:\d|\n +at /.exec(said), null, where)
  }

  #valid(schema: object, value: unknown, where: string): void {
    let validate = this.#compiled.get(schema)
    if (validate === undefined) {
      const absolute = JSON.stringify(schema).replaceAll('"#/components', '"document#/components')
      validate = this.#ajv.compile(JSON.parse(absolute) as object)
      this.#compiled.set(schema, validate)
    }
    ok(validate(value), `${where}: ${this.#ajv.errorsText(validate.errors)}`)
  }
}

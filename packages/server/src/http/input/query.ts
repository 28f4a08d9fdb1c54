import type { FastifyRequest, preValidationHookHandler } from 'fastify'

const DIGITS = /^(?:0|[1-9]\d{0,15})$/

interface ObjectSchema {
  readonly properties: Readonly<Record<string, { readonly type?: unknown }>>
}

/**
 * A query is text: where the schema wants a whole number, digits are read as one, and where it wants
 * a truth, `true` and `false`. Anything else stays text and is refused by the schema: `limit=1e3`,
 * `limit= 5`, `limit=`.
 */
export function readQuery(schema: unknown): preValidationHookHandler | null {
  if (!isObjectSchema(schema)) return null
  const integers = ofType(schema, 'integer')
  const booleans = ofType(schema, 'boolean')
  if (integers.length === 0 && booleans.length === 0) return null
  return (request: FastifyRequest, _reply, done) => {
    const query = request.query as Record<string, unknown>
    for (const name of integers) {
      const text = query[name]
      if (typeof text === 'string' && DIGITS.test(text)) query[name] = Number(text)
    }
    for (const name of booleans) {
      const text = query[name]
      if (text === 'true' || text === 'false') query[name] = text === 'true'
    }
    done()
  }
}

function isObjectSchema(schema: unknown): schema is ObjectSchema {
  return typeof schema === 'object' && schema !== null && 'properties' in schema
}

function ofType(schema: ObjectSchema, type: string): string[] {
  return Object.entries(schema.properties).flatMap(([name, one]) =>
    one.type === type ? [name] : [],
  )
}

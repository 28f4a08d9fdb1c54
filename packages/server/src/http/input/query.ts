import type { FastifyRequest, preValidationHookHandler } from 'fastify'
import { InvalidInputError } from 'holdfast'

const DIGITS = /^(?:0|[1-9]\d{0,15})$/

interface ObjectSchema {
  readonly properties: Readonly<Record<string, { readonly type?: unknown }>>
}

/**
 * Converts a query, which is text, to what its schema wants: digits to a whole number, `true` and `false` to booleans.
 * Anything else stays text, and the schema refuses it: `limit=1e3`, `limit= 5`, `limit=`. A wrong escape is refused:
 * a lenient reader would take `%ff` and `%25ff` for one id.
 */
export function readQuery(schema: unknown): preValidationHookHandler | null {
  if (!isObjectSchema(schema)) return null
  const integers = ofType(schema, 'integer')
  const booleans = ofType(schema, 'boolean')
  return (request: FastifyRequest, _reply, done) => {
    if (!isWellEscaped(request.url)) {
      done(new InvalidInputError('query is not percent-encoded correctly', { field: 'query' }))
      return
    }
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

function isWellEscaped(url: string): boolean {
  if (!url.includes('%')) return true
  try {
    decodeURIComponent(url)
    return true
  } catch {
    return false
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

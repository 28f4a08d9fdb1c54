import type { BoundStatement } from '../model/also.ts'
import { kindOf } from '../model/kind-of.ts'

/** Checks the statement that an adapter found. @throws TypeError */
export function statement(adapter: string, text: unknown, values: unknown): BoundStatement {
  if (typeof text !== 'string' || !Array.isArray(values))
    throw new TypeError(
      `${adapter}: the query must give a text and a list of values; ` +
        `it gave ${kindOf(text)} and ${kindOf(values)}`,
    )
  if (text.trim() === '') throw new TypeError(`${adapter}: the query is empty`)
  const named = new Set(Array.from(text.matchAll(/\$([1-9]\d*)/g), ([, digits]) => Number(digits)))
  for (let place = 1; place <= values.length; place++)
    if (!named.has(place))
      throw new TypeError(
        `${adapter}: the text has no $${place} for value ${place} of ${values.length}; ` +
          'was the query built for a database other than PostgreSQL?',
      )
  return Object.freeze({ text, values: Object.freeze([...(values as unknown[])]) })
}

/** The method of an adapter's argument, bound to it. @throws TypeError if there is none */
export function methodOf(
  adapter: string,
  given: unknown,
  name: string,
  wanted: string,
): () => Record<string, unknown> {
  const method = (given as Record<string, unknown> | null | undefined)?.[name]
  if (typeof method !== 'function') throw notA(adapter, wanted, given)
  return () => {
    const answer: unknown = method.call(given)
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>
    throw new TypeError(`${adapter}: ${name}() must return an object, not ${kindOf(answer)}`)
  }
}

export function notA(adapter: string, wanted: string, given: unknown): TypeError {
  const awaited = given instanceof Promise || Array.isArray(given)
  const hint = awaited ? '; pass the query itself, without running it' : ''
  return new TypeError(`${adapter}: expected ${wanted}, got ${kindOf(given)}${hint}`)
}

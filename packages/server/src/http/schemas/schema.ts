/** A JSON Schema for OpenAPI 3.1. */
export type Schema = Readonly<Record<string, unknown>>

const OPTIONAL = Symbol('optional')

/** An optional field of an object. */
export function optional(schema: Schema): Schema {
  return { ...schema, [OPTIONAL]: true }
}

/** The schema of an object. */
export type ObjectSchema = Schema & { readonly properties: Readonly<Record<string, Schema>> }

/** An object with these fields. */
export function object(fields: Readonly<Record<string, Schema>>, more: Schema = {}): ObjectSchema {
  const required = Object.keys(fields).filter((name) => !(OPTIONAL in fields[name]!))
  return {
    ...more,
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: fields,
  }
}

export const string = (more: Schema = {}): Schema => ({ type: 'string', ...more })
export const integer = (more: Schema = {}): Schema => ({ type: 'integer', ...more })
export const boolean = (more: Schema = {}): Schema => ({ type: 'boolean', ...more })
export const literal = (value: string | boolean, more: Schema = {}): Schema => ({
  type: typeof value,
  const: value,
  ...more,
})

export function list(items: Schema, more: Schema = {}): Schema {
  return { type: 'array', items, ...more }
}

export function anyOf(variants: readonly Schema[], more: Schema = {}): Schema {
  return { anyOf: variants, ...more }
}

/** A schema without a builder. */
export const raw = (schema: Schema): Schema => schema

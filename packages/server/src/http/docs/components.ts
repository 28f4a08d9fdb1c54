type Json = Record<string, unknown>

/** Schemas that have a title stand once in the document, by it, and are referred to. */
export class Components {
  readonly schemas: Record<string, Json> = {}

  refer(schema: object): Json {
    const copy = this.#copy(schema) as Json
    return copy
  }

  #copy(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#copy(item))
    if (typeof value !== 'object' || value === null) return value
    const { title } = value as { title?: unknown }
    if (typeof title !== 'string') return this.#fields(value)
    if (!Object.hasOwn(this.schemas, title)) {
      this.schemas[title] = {}
      this.schemas[title] = this.#fields(value)
    }
    return { $ref: `#/components/schemas/${title}` }
  }

  #fields(value: object): Json {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, this.#copy(inner)]),
    )
  }
}

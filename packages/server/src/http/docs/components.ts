type Json = Record<string, unknown>

/** Schemas that have a title stand once in the document, by it, and are referred to. */
export class Components {
  readonly schemas: Record<string, Json> = {}
  /** By title. An optional field is a copy of its schema, with the same properties. */
  readonly #owners = new Map<string, unknown>()

  refer(schema: object): Json {
    return this.#copy(schema) as Json
  }

  #copy(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#copy(item))
    if (typeof value !== 'object' || value === null) return value
    const { title, properties = value } = value as { title?: unknown; properties?: unknown }
    if (typeof title !== 'string') return this.#fields(value)
    const owner = this.#owners.get(title)
    if (owner !== undefined && owner !== properties)
      throw new Error(`two schemas are called ${title}`)
    if (owner === undefined) {
      this.#owners.set(title, properties)
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

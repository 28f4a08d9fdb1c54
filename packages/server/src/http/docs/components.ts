type Json = Record<string, unknown>

/**
 * Halves of characters, which UTF-8 cannot have. Patterns do without them in the document: a program that reads a
 * pattern half by half would refuse every emoji.
 */
const HALVES = String.raw`\ud800-\udfff`

const MAX_INT32 = 2 ** 31 - 1

/** Collects schemas that have a title. Each is in the document once, and referred to by its title. */
export class Components {
  readonly schemas: Record<string, Json> = {}
  /** By title. An optional field is a copy of its schema, with the same properties. */
  readonly #owners = new Map<string, unknown>()

  refer(schema: object): Json {
    return this.#copy(schema) as Json
  }

  #copy(value: unknown): unknown {
    if (typeof value === 'string') return value.replace(HALVES, '')
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
    return { $ref: referenceTo(title) }
  }

  #fields(value: object): Json {
    const fields: Json = Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, this.#copy(inner)]),
    )
    if (isUnion(value)) return { ...fields, discriminator: mapped(value) }
    return isLong(value) ? { ...fields, format: 'int64' } : fields
  }
}

/**
 * A whole number that may not fit into 32 bits, as times do not. Without a format, generators for Java, C#, Kotlin and
 * Rust give it 32 bits, and such a client cannot read the answer.
 */
function isLong(value: { readonly type?: unknown; readonly maximum?: unknown }): boolean {
  const { type, maximum = Number.MAX_SAFE_INTEGER } = value
  return [type].flat().includes('integer') && Number(maximum) > MAX_INT32
}

interface Union {
  readonly discriminator: { readonly propertyName: string }
  readonly oneOf: readonly {
    readonly title: string
    readonly properties: Readonly<Record<string, { readonly const: string }>>
  }[]
}

function isUnion(value: object): value is Union {
  return 'discriminator' in value && 'oneOf' in value
}

/** Without a mapping, OpenAPI takes the names of the schemas for the values. (The validator takes no mapping.) */
function mapped({ discriminator: { propertyName }, oneOf }: Union): Json {
  const mapping = Object.fromEntries(
    oneOf.map(({ title, properties }) => [properties[propertyName]!.const, referenceTo(title)]),
  )
  return { propertyName, mapping }
}

function referenceTo(title: string): string {
  return `#/components/schemas/${title}`
}

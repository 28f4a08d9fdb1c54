/** A JSON Schema, as in OpenAPI 3.1. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** @throws InvalidInputError, InvalidQtyError */
export type Check = (value: unknown, name: string) => void

/** How a field is given on the command line. */
export interface Flag {
  /** The placeholder for the value in the help: `<units>`; null for a switch. */
  readonly value: string | null
  /** A short form, one letter. */
  readonly letter?: string
  /** How the text is converted to a value. Default: unchanged. */
  readonly reads?:
    | 'whole'
    | 'duration'
    | 'pairs'
    | 'moment'
    | 'time'
    | 'reference'
    | 'referenceText'
    | 'holder'
  /** The only allowed values. */
  readonly choices?: readonly string[]
}

/**
 * One field of a command, or one filter of a list: its type, its check, and its form in a schema, as a flag and on a
 * page.
 */
export interface Field<T = unknown> {
  /** The type of its value; never set at run time. */
  readonly type?: T
  readonly check: Check
  readonly schema: JsonSchema
  /** A short description, starting in lower case. */
  readonly words: string
  readonly flag: Flag
  readonly optional: boolean
}

/** Makes a field, which must be given. */
export function made<T>(field: Omit<Field<T>, 'type' | 'optional'>): Field<T> {
  return { ...field, optional: false }
}

/** Makes a field optional. `words` replaces its description. */
export function optional<F extends Field>(
  field: F,
  words: string = field.words,
): F & { readonly optional: true } {
  return { ...field, words, optional: true }
}

/** The same field with another description. */
export function described<F extends Field>(field: F, words: string): F {
  return { ...field, words }
}

type Given<F> = F extends Field<infer T> ? T : never

type OptionalNames<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly optional: true } ? Name : never
}[keyof Fields]

/** The object that has these fields. */
export type FieldsOf<Fields> = {
  readonly [Name in keyof Fields as Exclude<Name, OptionalNames<Fields>>]: Given<Fields[Name]>
} & {
  readonly [Name in keyof Fields as Name & OptionalNames<Fields>]?: Given<Fields[Name]> | undefined
}

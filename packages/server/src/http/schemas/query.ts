import { schemaOf, type Field } from 'holdfast/model'
import { optional, type Schema } from './schema.ts'

/** The filters of a list as query parameters. */
export function querySchema(filters: Readonly<Record<string, Field>>): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(filters).map(([name, field]) => [name, optional(schemaOf(field))]),
  )
}

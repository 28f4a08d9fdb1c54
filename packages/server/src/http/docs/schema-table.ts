import { html } from './escape.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly required?: readonly string[]
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly in?: string
}

/** A shape as a table of its fields, or as a line if it has none. */
export function schemaTable(given: object): string {
  const schema: Schema = given
  if (schema.properties === undefined) return `<p>${typeOf(schema)}</p>`
  const rows = Object.entries(schema.properties).map(([name, field]) => {
    const notes = [
      schema.required?.includes(name) === true ? [] : ['optional'],
      field.in === undefined ? [] : [`in the ${field.in}`],
    ].flat()
    const small = notes.length === 0 ? '' : html` <small>${notes.join(', ')}</small>`
    return row('td', [
      html`<code>${name}</code>` + small,
      typeOf(field) + bounds(field),
      html`${field.description ?? ''}`,
    ])
  })
  return `<table>${row('th', ['field', 'type', 'what it means'])}${rows.join('')}</table>`
}

/** Written as whole cells, because the formatter would close open tags in a piece of HTML. */
function row(cell: 'td' | 'th', contents: readonly string[]): string {
  return `<tr>${contents.map((content) => `<${cell}>${content}</${cell}>`).join('')}</tr>`
}

function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
    return html`<a href="#${name}">${name}</a>`
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`
  if (schema.enum !== undefined) return html`<code>${schema.enum.join(' | ')}</code>`
  const variants = schema.anyOf ?? schema.oneOf
  if (variants !== undefined) return variants.map(typeOf).join(' or ')
  if (schema.items !== undefined) return `list of ${typeOf(schema.items)}`
  const { additionalProperties } = schema
  if (typeof additionalProperties === 'object') return `map of ${typeOf(additionalProperties)}`
  return html`${[schema.type ?? 'anything'].flat().join(' or ')}`
}

function bounds({ minimum, maximum, maxLength }: Schema): string {
  const said = [
    minimum === undefined ? '' : `from ${minimum}`,
    maximum === undefined ? '' : `to ${maximum}`,
    maxLength === undefined ? '' : `up to ${maxLength} characters`,
  ].filter((text) => text !== '')
  return said.length === 0 ? '' : html` <small>${said.join(' ')}</small>`
}

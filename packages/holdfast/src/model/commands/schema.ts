import { LIMITS } from '../limits.ts'
import type { CommandDefinition } from './command.ts'
import { COMMANDS, SINGLE_VERBS, routeOf, type SingleVerb } from './commands.ts'
import type { Field, JsonSchema } from './fields/field.ts'
import { COMMON } from './fields/of-every-command.ts'
import { RESULT_FIELDS, RESULT_SCHEMA } from './fields/result.ts'

type Fields = Readonly<Record<string, Pick<Field, 'schema' | 'words' | 'optional'>>>

/** A field as JSON Schema, with its description. */
export function schemaOf({ schema, words }: Pick<Field, 'schema' | 'words'>): JsonSchema {
  return { ...schema, description: words[0]!.toUpperCase() + words.slice(1) }
}

/** An object with exactly these fields. */
export function objectOf(
  fields: Fields,
  title?: string,
  more: Record<string, JsonSchema> = {},
): JsonSchema {
  const own = Object.entries(fields).map(([name, field]) => [name, schemaOf(field)] as const)
  const required = [
    ...Object.keys(more).filter((name) => name === 'verb'),
    ...Object.entries(fields).flatMap(([name, { optional }]) => (optional ? [] : [name])),
  ]
  return {
    ...(title === undefined ? {} : { title }),
    type: 'object',
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    properties: { ...more, ...Object.fromEntries(own) },
  }
}

const { actor: _actor, ...SENT } = COMMON
const { idempotencyKey: _key, ...INNER } = SENT

/** A verb's body over HTTP: its fields without the id, which is in the path, and the actor, which the token sets. */
export function bodyOf(verb: string, definition: CommandDefinition): JsonSchema {
  const { inPath } = routeOf(definition)
  const own = Object.entries(definition.fields).filter(([name]) => name !== inPath)
  return objectOf({ ...Object.fromEntries(own), ...SENT }, `${upper(verb)}Body`)
}

const verbOf = (verb: string) => ({ verb: { type: 'string', const: verb } })

function commandOf(
  verb: SingleVerb,
  title: string,
  more: Fields,
  instead: Fields = {},
): JsonSchema {
  return objectOf({ ...COMMANDS[verb].fields, ...instead, ...more }, title, verbOf(verb))
}

function byVerb(title: string, variants: readonly JsonSchema[]): JsonSchema {
  return {
    title,
    type: 'object',
    required: ['verb'],
    discriminator: { propertyName: 'verb' },
    oneOf: variants,
  }
}

function commandsOf(item: JsonSchema): JsonSchema {
  return { type: 'array', items: item, minItems: 1, maxItems: LIMITS.commands }
}

/** Inside `atomically` there is no key: it belongs to the whole list. */
const INNER_COMMAND = byVerb(
  'InnerCommand',
  SINGLE_VERBS.map((verb) => commandOf(verb, `${upper(verb)}InnerCommand`, INNER, resultsOf(verb))),
)

/** Fields that may refer to an earlier answer of the list. */
function resultsOf(verb: SingleVerb): Fields {
  const own: Fields = COMMANDS[verb].fields
  const fields = RESULT_FIELDS.filter((name) => Object.hasOwn(own, name))
  return Object.fromEntries(
    fields.map((name) => [
      name,
      { ...own[name]!, schema: { oneOf: [own[name]!.schema, RESULT_SCHEMA] } },
    ]),
  )
}

function listOf(title: string, item: JsonSchema, more: Record<string, JsonSchema>): JsonSchema {
  const { properties, required = [], ...rest } = objectOf(SENT, title, more)
  return {
    ...rest,
    required: [...(required as string[]), 'commands'],
    properties: { ...(properties as object), commands: commandsOf(item) },
  }
}

function anyCommand(insteadOf: (verb: SingleVerb) => Fields): JsonSchema {
  return byVerb('Command', [
    ...SINGLE_VERBS.map((verb) => commandOf(verb, `${upper(verb)}Command`, SENT, insteadOf(verb))),
    listOf('AtomicallyCommand', INNER_COMMAND, verbOf('atomically')),
  ])
}

/** One line of a stream, which cannot refer to an earlier answer. */
export const ANY_COMMAND = anyCommand(() => ({}))

/** With `atomic`, each command must be one that `atomically` can contain; the engine checks that. */
export const BATCH_BODY = listOf('BatchBody', anyCommand(resultsOf), {
  atomic: { type: 'boolean', description: 'All of the commands, or none' },
})

function upper(verb: string): string {
  return verb[0]!.toUpperCase() + verb.slice(1)
}

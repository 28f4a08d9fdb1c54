import { ANY_COMMAND, BATCH_BODY, type JsonSchema } from 'holdfast/model'

interface Shape extends JsonSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>
}
interface Union extends JsonSchema {
  readonly oneOf: readonly Shape[]
}

const commands = (ANY_COMMAND as Union).oneOf
const inner = new Map(
  commands.flatMap(({ properties }) =>
    properties['commands'] === undefined ? [] : innerOf(properties['commands']),
  ),
)
const body = BATCH_BODY as Shape

/**
 * A batch whose commands may name an earlier answer, `{ "result": 0 }`, as those inside of `atomically` may: with
 * `atomic` they are such. Without, the engine refuses it.
 */
export const BatchBody: JsonSchema = {
  ...body,
  properties: {
    ...body.properties,
    commands: {
      ...body.properties['commands'],
      items: { ...ANY_COMMAND, oneOf: commands.map(withResults) },
    },
  },
}

function innerOf({ items }: JsonSchema): [verb: unknown, shape: Shape][] {
  return (items as Union).oneOf.map((shape) => [verbOf(shape), shape])
}

function verbOf({ properties }: Shape): unknown {
  return properties['verb']!['const']
}

/** The fields of an inner command are those of a command; some of them may be a result. */
function withResults(command: Shape): Shape {
  const listed = inner.get(verbOf(command))
  return listed === undefined
    ? command
    : { ...command, properties: { ...command.properties, ...listed.properties } }
}

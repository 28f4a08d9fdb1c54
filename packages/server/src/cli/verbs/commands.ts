import {
  COMMANDS,
  COMMON,
  kebab,
  SINGLE_VERBS,
  type Command,
  type CommandDefinition,
} from 'holdfast/model'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { fieldFlags } from '../flags/field-flag.ts'
import { withWriter } from '../open-inventory.ts'
import { printAnswer } from '../output/answer.ts'
import { say } from '../output/streams.ts'
import { addVerb, type VerbShape } from '../verb.ts'

/** The verbs of commands. Their flags are the fields. */
export function addCommands(line: CommandLine): void {
  for (const verb of SINGLE_VERBS) {
    const shape = commandShape(verb, COMMANDS[verb])
    addVerb<object>(line, shape, async ({ target, json, flags }) => {
      const command = { verb, ...flags } as Command
      await withWriter(target, async (inventory) => {
        await printAnswer(await inventory.execute(command, { onReplay: sayReplayed }), json)
      })
      return EXIT.done
    })
  }
}

export function sayReplayed(): void {
  say('this idempotency key was used before: nothing was done now')
}

/** The help of a verb, and its flags. */
export function commandShape(verb: string, definition: CommandDefinition): VerbShape {
  const { summary, resource, fields, shell } = definition
  return {
    name: kebab(verb),
    group: groupOf(resource),
    summary,
    flags: [...fieldFlags(fields), ...fieldFlags(COMMON)],
    more: shell === undefined ? undefined : `Example: holdfast ${shell}`,
  }
}

/** The heading in the help for the verbs of a resource. */
export function groupOf(resource: string): string {
  return `${resource[0]!.toUpperCase()}${resource.slice(1)}:`
}

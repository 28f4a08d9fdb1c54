import type { Command } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { withWriter } from '../open-inventory.ts'
import { printAnswer } from '../output/answer.ts'
import { addVerb } from '../verb.ts'
import { COMMANDS } from './command-shapes.ts'
import { common } from './fields.ts'

export function addCommands(line: CommandLine): void {
  for (const { verb, flags, ...shape } of COMMANDS) {
    const allFlags = [...flags, ...common()]
    addVerb<object>(line, { ...shape, flags: allFlags }, async ({ db, json, flags: fields }) => {
      const command = { verb, ...fields } as Command
      await withWriter(db, async (inventory) => {
        await printAnswer(await inventory.execute(command), json)
      })
      return EXIT.done
    })
  }
}

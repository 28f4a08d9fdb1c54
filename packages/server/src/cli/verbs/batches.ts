import { Argument } from 'commander'
import { InvalidInputError, type Common, type SingleCommand } from 'holdfast'
import type { CommandLine } from '../command-line.ts'
import { EXIT } from '../exit-code.ts'
import { jsonLines, type JsonLine } from '../input/json-lines.ts'
import { withWriter } from '../open-inventory.ts'
import { printAnswer } from '../output/answer.ts'
import { addVerb } from '../verb.ts'
import { runBatches } from './batch-run.ts'
import { sayReplayed } from './commands.ts'
import { COMMON } from 'holdfast/model'
import { fieldFlags } from '../flags/field-flag.ts'

const EXAMPLE = `Each line is one command with its verb, its fields named as in the flags:
  {"verb":"addStock","warehouseId":"SF","productId":"CUP","qty":9,"source":"S"}
  {"verb":"reserve","warehouseId":"SF","productId":"CUP","qty":3,"ttlMs":900000}`

const file = (): Argument => new Argument('<file>', 'JSON lines; - for stdin')

export function addBatches(line: CommandLine): void {
  addVerb<Common>(
    line,
    {
      name: 'batch',
      group: 'Many at once:',
      summary: 'Execute many commands, each for itself',
      args: [file()],
      flags: fieldFlags(COMMON),
      more: `${EXAMPLE}\n\nAnswers are printed in the order of the lines. Exit code 3 if any was refused.`,
    },
    async ({ target, json, flags, args }) =>
      withWriter(
        target,
        (inventory) => runBatches(inventory, jsonLines(args[0]!), flags, json),
        'long',
      ),
  )

  addVerb<Common>(
    line,
    {
      name: 'atomically',
      group: 'Many at once:',
      summary: 'Execute up to 1,000 commands, all of them or none',
      args: [file()],
      flags: fieldFlags(COMMON),
      more: `${EXAMPLE}\n\nA refusal names the first command that was refused.`,
    },
    async ({ target, json, flags, args }) => {
      const commands: SingleCommand[] = []
      for await (const some of jsonLines(args[0]!)) commands.push(...some.map(commandOf))
      await withWriter(target, async (inventory) => {
        const answer = await inventory.atomically({ ...flags, commands }, { onReplay: sayReplayed })
        await printAnswer(answer, json)
      })
      return EXIT.done
    },
  )
}

/** The library checks the commands. */
function commandOf(line: JsonLine): SingleCommand {
  if ('problem' in line)
    throw new InvalidInputError(`line ${line.line}: ${line.problem}`, {
      field: `line ${line.line}`,
    })
  return line.value as SingleCommand
}

import { InventoryError, LIMITS, OperationalError, type Command, type Inventory } from 'holdfast'
import { mustAllBeAllowed, type Caller } from '../access/caller.ts'
import { weightOf, type Rate } from '../limits/rate.ts'
import { parseJson } from '../input/json-body.ts'
import { compile } from '../input/validator.ts'
import { toldOf } from '../problems/of-error.ts'
import { refusalOf } from '../problems/validation.ts'
import type { CommandCounts } from '../telemetry/command-counts.ts'
import { countedTogether } from '../telemetry/counted.ts'
import { ANY_COMMAND, isTooMuchTogether } from 'holdfast/model'

export interface LineContext {
  readonly caller: Caller
  readonly inventory: Inventory
  readonly counts: CommandCounts
  readonly rate: Rate | null
  /** Called with failures whose reason the answers do not tell. */
  readonly onFault: (error: OperationalError) => void
}

const validate = compile(ANY_COMMAND)

/** A command, or why the line is not one. */
export interface Line {
  readonly command: Command | null
  readonly refusal: object | null
  /** How many commands it counts as for the rate. */
  readonly weight: number
}

/** Parses the lines; blank ones are skipped. */
export function linesOf(lines: readonly Buffer[], caller: Caller): Line[] {
  return lines
    .filter((line) => !isBlank(line))
    .map((line) => {
      try {
        const command = commandOf(line, caller)
        return { command, refusal: null, weight: weightOf(command) }
      } catch (error) {
        return { command: null, refusal: refused(error), weight: 1 }
      }
    })
}

/**
 * The answer of each line, in order, as lines. Unlike in a batch that comes whole, a wrong line gets its own refusal.
 * The others go to the engine together.
 */
export async function lineAnswers(lines: readonly Line[], context: LineContext): Promise<string> {
  const answers: unknown[] = lines.map(({ refusal }) => refusal)
  let good = lines.flatMap(({ command }, at) => (command === null ? [] : [{ command, at }]))
  let most: number = LIMITS.commands
  while (good.length > 0) {
    const some = good.slice(0, most)
    const wrong = await decide(some, answers, context)
    if (wrong === TOO_MUCH) most = Math.ceil(some.length / 2)
    else good = wrong === null ? good.slice(some.length) : good.toSpliced(wrong, 1)
  }
  return answers.map((answer) => `${JSON.stringify(answer)}\n`).join('')
}

/** Together they would write more than one list may: none is executed yet. */
const TOO_MUCH = 'too much'

/** What only the engine found to be wrong: the index of a command, the others are not executed yet; or all together. */
async function decide(
  some: readonly { readonly command: Command; readonly at: number }[],
  answers: unknown[],
  { caller: { actor, scope }, inventory, counts, rate, onFault }: LineContext,
): Promise<number | typeof TOO_MUCH | null> {
  try {
    const commands = some.map(({ command }) => command)
    const result = await countedTogether(counts, commands, actor, () =>
      inventory.batch({ commands, actor }, { scope }),
    )
    for (const [index, { at }] of some.entries()) answers[at] = result.answers[index]
    rate?.countChanged(commands, result.answers)
    return null
  } catch (error) {
    const index = error instanceof InventoryError ? error.details['index'] : undefined
    const wrong = typeof index === 'number' ? some[index] : undefined
    if (wrong !== undefined) {
      answers[wrong.at] = refused(error)
      return index as number
    }
    if (!(error instanceof OperationalError || error instanceof InventoryError)) throw error
    if (isTooMuchTogether(error) && some.length > 1) return TOO_MUCH
    if (error instanceof OperationalError) onFault(error)
    for (const { at } of some) answers[at] = refused(error)
    return null
  }
}

function commandOf(line: Buffer, caller: Caller): Command {
  const command = parseJson(line)
  if (!validate(command)) throw refusalOf(validate.errors!, 'line')
  mustAllBeAllowed(caller, [command as Command])
  return command as Command
}

function refused(error: unknown): object {
  const { code, detail, details } = toldOf(error)
  return { ok: false, code, message: detail, details }
}

function isBlank(line: Buffer): boolean {
  return line.length === 0 || (line.length === 1 && line[0] === 0x0d)
}

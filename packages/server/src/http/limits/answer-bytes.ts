import { LIMITS, type Command } from 'holdfast'
import { COMMANDS, type CommandDefinition, type CommandOf } from 'holdfast/model'

/** One record, or one refusal, of ids of usual length. */
const RECORD_BYTES = 400

/** About the most bytes that the answers of these commands have. */
export function answerBytes(commands: readonly Command[]): number {
  return RECORD_BYTES * commands.reduce((sum, command) => sum + recordsOf(command), 0)
}

function recordsOf(command: Command): number {
  if (command.verb === 'atomically')
    return command.commands.reduce((sum, inner) => sum + recordsOf(inner as Command), 0)
  const { entries }: CommandDefinition = COMMANDS[command.verb]
  if (entries === 'one for each hold') return LIMITS.holdsAtOnce
  if (entries !== 'a leg each') return 1
  const { qty, warehouseOrder } = command as CommandOf<'fulfillAcrossWarehouses'>
  return Math.min(qty, warehouseOrder?.length ?? LIMITS.warehouses)
}

import { InventoryError, type Command } from 'holdfast'
import type { CommandCounts } from './command-counts.ts'
import type { Refused } from './last-refusals.ts'

interface Answer {
  readonly ok: boolean
  readonly code?: string
}

/** Runs one command and counts its outcome. If it is refused, `command` and `actor` are kept. */
export async function counted<T>(
  counts: CommandCounts,
  command: Command,
  actor: string | undefined,
  run: () => Promise<T>,
): Promise<T> {
  const { verb } = command
  const began = performance.now()
  try {
    const answer = await run()
    counts.answered(verb, 'done')
    return answer
  } catch (error) {
    const { code } = error as { code?: string }
    const isRefusal = error instanceof InventoryError
    counts.answered(verb, isRefusal ? 'refused' : 'failed', code)
    if (isRefusal) counts.lastRefusals.add(error.code, refusedOne(command, error), actor)
    throw error
  } finally {
    counts.sizes.add(1)
    counts.latency.add((performance.now() - began) / 1000)
  }
}

/** Of `atomically` the command that was refused: a thousand are not kept. */
function refusedOne(command: Command, { details }: InventoryError): Refused {
  if (command.verb !== 'atomically') return command
  const { index } = details
  const one = typeof index === 'number' ? command.commands[index] : undefined
  return one ?? { verb: 'atomically', commands: [] }
}

/** The same for a batch, whose commands have answers of their own. */
export async function countedTogether<T extends { readonly answers: readonly object[] }>(
  counts: CommandCounts,
  commands: readonly Command[],
  actor: string | undefined,
  run: () => Promise<T>,
): Promise<T> {
  const began = performance.now()
  try {
    const result = await run()
    for (const [index, command] of commands.entries()) {
      const { ok, code } = result.answers[index] as Answer
      counts.answered(command.verb, ok ? 'done' : 'refused', code)
      if (code !== undefined) counts.lastRefusals.add(code, command, actor)
    }
    return result
  } catch (error) {
    const { code } = error as { code?: string }
    for (const { verb } of commands) counts.answered(verb, 'failed', code)
    throw error
  } finally {
    counts.sizes.add(commands.length)
    counts.latency.add((performance.now() - began) / 1000)
  }
}

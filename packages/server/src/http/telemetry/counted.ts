import { InventoryError, type Command } from 'holdfast'
import type { CommandCounts } from './command-counts.ts'

interface Answer {
  readonly ok: boolean
  readonly code?: string
}

/** Runs one command, and counts what came of it. */
export async function counted<T>(
  counts: CommandCounts,
  verb: string,
  run: () => Promise<T>,
): Promise<T> {
  const began = performance.now()
  try {
    const answer = await run()
    counts.answered(verb, 'done')
    return answer
  } catch (error) {
    const { code } = error as { code?: string }
    counts.answered(verb, error instanceof InventoryError ? 'refused' : 'failed', code)
    throw error
  } finally {
    counts.sizes.add(1)
    counts.latency.add((performance.now() - began) / 1000)
  }
}

/** The same for commands that went together; each has an answer of its own. */
export async function countedTogether<T extends { readonly answers: readonly object[] }>(
  counts: CommandCounts,
  commands: readonly Command[],
  run: () => Promise<T>,
): Promise<T> {
  const began = performance.now()
  try {
    const result = await run()
    for (const [index, { verb }] of commands.entries()) {
      const { ok, code } = result.answers[index] as Answer
      counts.answered(verb, ok ? 'done' : 'refused', code)
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

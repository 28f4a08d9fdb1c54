import { InventoryError, LIMITS, type Command, type Common, type Inventory } from 'holdfast'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { JsonLine } from '../input/json-lines.ts'
import { clean } from '../output/clean.ts'
import { json } from '../output/json.ts'
import { print, say } from '../output/streams.ts'

type Answer = { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string }

/** Does the commands as they come in, up to 1,000 at a time, and prints each one's answer. */
export async function runBatches(
  inventory: Inventory,
  lines: AsyncIterable<readonly JsonLine[]>,
  common: Common,
  asJson: boolean,
): Promise<ExitCode> {
  const counts = { done: 0, refused: 0 }
  let batches = 0
  const run = async (some: readonly JsonLine[]): Promise<void> => {
    const answers = await answersOf(inventory, some, keyed(common, batches++))
    for (const [index, answer] of answers.entries()) {
      counts[answer.ok ? 'done' : 'refused']++
      await print(asJson ? json(answer) : described(some[index]!, answer))
    }
  }
  let waiting: JsonLine[] = []
  for await (const some of lines) {
    waiting.push(...some)
    for (; waiting.length >= LIMITS.commands; waiting = waiting.slice(LIMITS.commands)) {
      await run(waiting.slice(0, LIMITS.commands))
    }
  }
  if (waiting.length > 0) await run(waiting)
  if (!asJson) say(`${counts.done} done, ${counts.refused} refused`)
  return counts.refused === 0 ? EXIT.done : EXIT.refused
}

/** A key is for one batch; where there are more, each has its own. */
function keyed({ idempotencyKey, ...common }: Common, batch: number): Common {
  if (idempotencyKey === undefined) return common
  return { ...common, idempotencyKey: batch === 0 ? idempotencyKey : `${idempotencyKey}#${batch}` }
}

/**
 * The answer of each line. Where the library refuses a batch because one command is malformed, and
 * says which, that one gets the refusal and the others are done without it.
 */
async function answersOf(
  inventory: Inventory,
  lines: readonly JsonLine[],
  common: Common,
): Promise<readonly Answer[]> {
  const refused = new Map<number, Answer>()
  for (const [index, line] of lines.entries()) {
    if ('problem' in line) refused.set(index, refusal('INVALID_INPUT', line.problem))
  }
  for (;;) {
    const left = [...lines.keys()].filter((index) => !refused.has(index))
    if (left.length === 0) return lines.map((_, index) => refused.get(index)!)
    const commands = left.map((index) => (lines[index] as { value: unknown }).value as Command)
    try {
      const { answers } = await inventory.batch({ ...common, commands })
      const answered = new Map(left.map((line, at) => [line, answers[at] as Answer]))
      return lines.map((_, index) => refused.get(index) ?? answered.get(index)!)
    } catch (error) {
      const bad = indexOf(error)
      if (bad === null) throw error
      refused.set(left[bad]!, refusal(bad === null ? '' : error.code, error.message))
    }
  }
}

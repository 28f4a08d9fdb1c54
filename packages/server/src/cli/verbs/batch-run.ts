import {
  InvalidInputError,
  InventoryError,
  LIMITS,
  type Command,
  type Common,
  type Refused,
} from 'holdfast'
import { isTooMuchTogether } from 'holdfast/model'
import { EXIT, type ExitCode } from '../exit-code.ts'
import type { JsonLine } from '../input/json-lines.ts'
import type { AnyInventory } from '../open-inventory.ts'
import { clean } from '../output/clean.ts'
import { json } from '../output/json.ts'
import { print, say } from '../output/streams.ts'

type Answer = ({ readonly ok: true } | Omit<Refused, 'details'>) & { readonly replayed?: true }

/** Executes commands as they arrive, in lists of up to 1,000, and prints the answer of each. */
export async function runBatches(
  inventory: AnyInventory,
  lines: AsyncIterable<readonly JsonLine[]>,
  common: Common,
  asJson: boolean,
): Promise<ExitCode> {
  const counts = { done: 0, refused: 0, before: 0 }
  let batches = 0
  const run = async (some: readonly JsonLine[], own = keyed(common, batches++)): Promise<void> => {
    let answers: readonly Answer[]
    try {
      answers = await answersOf(inventory, some, own)
    } catch (error) {
      if (!isTooMuchTogether(error)) throw error
      if (some.length > 1) {
        const half = Math.ceil(some.length / 2)
        await run(some.slice(0, half), own)
        return await run(some.slice(half), keyedFrom(own, half))
      }
      const { code, message, details } = error as InventoryError
      answers = [{ ok: false, code, message, details } as Answer]
    }
    for (const [index, answer] of answers.entries()) {
      counts[answer.ok ? 'done' : 'refused']++
      if (answer.replayed) counts.before++
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
  const before = counts.before === 0 ? '' : `; ${counts.before} answered before, and not done again`
  if (!asJson) say(`${counts.done} done, ${counts.refused} refused${before}`)
  return counts.refused === 0 ? EXIT.done : EXIT.refused
}

/** A key is for one batch. Further batches get keys made from it. */
function keyed({ idempotencyKey, ...common }: Common, batch: number): Common {
  if (idempotencyKey === undefined) return common
  return { ...common, idempotencyKey: batch === 0 ? idempotencyKey : `${idempotencyKey}#${batch}` }
}

/**
 * The first half has the key of the whole, which was not done. If the same file is halved otherwise later, its first
 * list conflicts with that, and none is done twice.
 */
function keyedFrom({ idempotencyKey, ...common }: Common, line: number): Common {
  return idempotencyKey === undefined
    ? common
    : { ...common, idempotencyKey: `${idempotencyKey}/${line}` }
}

/**
 * The answer of each line. If the library refuses the batch because of one malformed command, that command gets the
 * refusal, and the others are executed without it.
 */
async function answersOf(
  inventory: AnyInventory,
  lines: readonly JsonLine[],
  common: Common,
): Promise<readonly Answer[]> {
  const refused = new Map<number, Answer>()
  for (const [index, line] of lines.entries()) {
    if ('problem' in line) refused.set(index, invalid(line.problem))
    else if (!isRecord(line.value)) refused.set(index, invalid('the line is not a command'))
  }
  for (;;) {
    const left = [...lines.keys()].filter((index) => !refused.has(index))
    if (left.length === 0) return lines.map((_, index) => refused.get(index)!)
    const commands = left.map((index) => (lines[index] as { value: unknown }).value as Command)
    try {
      let isReplayed = false
      const onReplay = (): void => void (isReplayed = true)
      const { answers } = await inventory.batch({ ...common, commands }, { onReplay })
      const answered = new Map(
        left.map((index, at): [number, Answer] => {
          const answer = answers[at] as Answer
          return [index, isReplayed ? { ...answer, replayed: true } : answer]
        }),
      )
      return lines.map((_, index) => refused.get(index) ?? answered.get(index)!)
    } catch (error) {
      if (!(error instanceof InventoryError)) throw error
      const { code, message, details } = error
      const { index, ...own } = details
      const bad = index === undefined ? undefined : left[index]
      if (bad === undefined) throw error
      refused.set(bad, { ok: false, code, message, details: own } as Answer)
    }
  }
}

function invalid(message: string): Answer {
  return { ok: false, ...new InvalidInputError(message).toJSON() }
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function described(line: JsonLine, answer: Answer): string {
  const before = answer.replayed ? ' (answered before)' : ''
  if (!answer.ok)
    return clean(`line ${line.line}: refused: ${answer.code}: ${answer.message}${before}`)
  const { verb } = (line as { value: { verb?: unknown } }).value
  const { id, seq } = answer as { id?: string; seq?: number }
  const made = id === undefined ? '' : ` ${id}`
  return clean(`line ${line.line}: ${String(verb)} done${made}, seq ${seq}${before}`)
}

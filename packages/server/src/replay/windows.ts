import type { Command } from 'holdfast'
import type { SourceFile } from '../cli/input/source-file.ts'
import { orderLines } from './order-line.ts'
import { Invoices, type Step } from './steps.ts'
import type { Survey } from './survey.ts'

/** Steps that go to the engine together and become durable together; or one large order. */
export type Window = {
  /** How many steps of the file are decided once this one is. */
  readonly through: number
  /** The line of the file up to which it reaches. */
  readonly line: number
  /** Commands inside, those of an `atomically` each counted. */
  readonly operations: number
} & (
  | { readonly steps: readonly Step[] }
  /** More products than one `atomically` may hold. */
  | { readonly large: Extract<Step, { kind: 'order' }> }
)

/** The engine takes so many commands in one `atomically`, and in one batch. */
export const MOST_COMMANDS = 1000
/** A window is full at so many operations. 500 to 4,000 replay equally fast; fewer keep memory small. */
const FULL = 1000
/** Fewer than a batch takes, because a long return is several commands. */
const MOST_STEPS = 500

/** The file's steps behind the first `done`, in windows. */
export async function* windows(
  file: SourceFile,
  survey: Survey,
  done: number,
): AsyncGenerator<Window, void> {
  let steps: Step[] = []
  let operations = 0
  let through = 0
  let line = 0
  const cut = (): Window => {
    const window = { through, line, operations, steps }
    steps = []
    operations = 0
    return window
  }
  for await (const some of allSteps(file, survey)) {
    for (const step of some) {
      if (through < done) {
        through++
        continue
      }
      const size = step.commands.length
      const large = step.kind === 'order' && size > MOST_COMMANDS ? step : null
      const full = operations + size > FULL || steps.length === MOST_STEPS
      if (steps.length > 0 && (large !== null || full)) yield cut()
      through++
      line = step.line
      if (large !== null) yield { through, line, operations: size, large }
      else {
        steps.push(step)
        operations += size
      }
    }
  }
  if (steps.length > 0) yield cut()
}

async function* allSteps(file: SourceFile, survey: Survey): AsyncGenerator<Step[]> {
  const invoices = new Invoices(survey.interrupted)
  for await (const lines of orderLines(file)) {
    yield lines.flatMap((line) => [...invoices.add(line)])
  }
  yield [...invoices.end()]
}

/** The commands of a window's steps, in file order. */
export function commandsOf(steps: readonly Step[]): Command[] {
  return steps.flatMap(({ commands }): Command[] => {
    const [only] = commands
    if (commands.length === 1 && only !== undefined) return [only]
    return parts(commands).map((part) => ({ verb: 'atomically', commands: part }) as const)
  })
}

/** As many at a time as one `atomically` takes. */
export function parts<T>(all: readonly T[], most: number = MOST_COMMANDS): T[][] {
  const count = Math.ceil(all.length / most)
  return Array.from({ length: count }, (_, part) => all.slice(part * most, (part + 1) * most))
}

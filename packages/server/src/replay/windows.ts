import { LIMITS, type Command } from 'holdfast'
import type { SourceFile } from '../cli/input/source-file.ts'
import { orderLines } from './order-line.ts'
import { Invoices, type Step } from './steps.ts'
import type { Survey } from './survey.ts'

/** Steps that are executed and become durable together; or one large order. */
export type Window = {
  /** How many steps of the file are decided after this window. */
  readonly through: number
  /** The line of the file where it ends. */
  readonly line: number
  /** How many commands it has, counting those inside `atomically`. */
  readonly operations: number
} & (
  | { readonly steps: readonly Step[] }
  /** An order with more products than one `atomically` may have. */
  | { readonly large: Extract<Step, { kind: 'order' }> }
)

/** The most operations of a window. 500 to 4,000 are equally fast; fewer need less memory. */
const FULL = 1000
/** Fewer than a batch takes, because a long return has several commands. */
const MOST_STEPS = 500

/** The file's steps after the first `done`, in windows. */
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
      const large = step.kind === 'order' && size > LIMITS.commands ? step : null
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

/** In groups of as many as one `atomically` takes. */
export function parts<T>(all: readonly T[], most: number = LIMITS.commands): T[][] {
  const count = Math.ceil(all.length / most)
  return Array.from({ length: count }, (_, part) => all.slice(part * most, (part + 1) * most))
}

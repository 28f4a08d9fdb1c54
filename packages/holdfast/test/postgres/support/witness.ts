import { openSync, readFileSync, writeSync } from 'node:fs'
import type { Inventory } from 'holdfast'

interface Seen {
  readonly seq: number
  /** For a command with a key. */
  readonly key?: string
  /** For a supply, whose source stands for a key. */
  readonly source?: string
  /** What a read showed. */
  readonly level?: {
    readonly warehouseId: string
    readonly productId: string
    readonly allocated: number
    readonly held: number
    readonly onHand: number
  }
}

/** An answer, with the times of its request and of itself: nanoseconds of the machine's clock. */
type Timed = Seen & { readonly from: number; readonly to: number }

/** Supplied without a key, one at a time, each from a source of its own. */
export const BRICKS = { warehouseId: 'LA', productId: 'BRICK' } as const

/** A supply that was tried, and whether it failed. */
interface Supply {
  readonly tried: string
  readonly failed?: string
}

/** Records when answers came. Each line is one system call, so that a killed process loses none. */
export class TimesWriter {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  told(began: bigint, seen: Seen): void {
    const timed: Timed = { ...seen, from: Number(began), to: Number(process.hrtime.bigint()) }
    this.#write(timed)
  }
  tries(source: string): void {
    this.#write({ tried: source })
  }
  failed(source: string, code: string): void {
    this.#write({ tried: source, failed: code })
  }

  #write(line: Timed | Supply): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`)
  }
}

/** The records of all processes together. */
export class Times {
  readonly answers: readonly Timed[]
  /** Unanswered supplies, with the code of their failure; none if the process was killed. */
  readonly #open = new Map<string, string | undefined>()

  constructor(paths: readonly string[]) {
    const lines = paths.flatMap((path) =>
      readFileSync(path, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Timed | Supply),
    )
    this.answers = lines.filter((line) => 'seq' in line)
    for (const line of lines) if ('tried' in line) this.#open.set(line.tried, line.failed)
    for (const { source } of this.answers) if (source !== undefined) this.#open.delete(source)
  }

  get reads(): number {
    return this.answers.filter(({ level }) => level !== undefined).length
  }

  /** Answered supplies are there once, failed ones never, those of unknown outcome at most once. */
  async miscounted(inventory: Inventory): Promise<string[]> {
    const found = new Map<string, number>()
    for await (const { metadata } of inventory.audit({ ...BRICKS })) {
      const source = metadata['source']!
      found.set(source, (found.get(source) ?? 0) + 1)
    }
    const wrong: string[] = []
    for (const { source } of this.answers) {
      const times = source === undefined ? 1 : (found.get(source) ?? 0)
      if (times !== 1) wrong.push(`supply ${source} was acknowledged, and is there ${times} times`)
    }
    for (const [source, code] of this.#open) {
      const most = code === undefined || code === 'COMMIT_UNKNOWN' ? 1 : 0
      const times = found.get(source) ?? 0
      if (times > most) wrong.push(`supply ${source} was told ${code}, and is there ${times} times`)
    }
    return wrong
  }
}

/**
 * The `seq` of every answer is its position in one order. If one answer arrived before another was requested, from
 * whatever processes, the order must agree; and a read must show its level as the trail has it at that position.
 * Returns what is wrong, in words.
 */
export async function disagreements(
  inventory: Inventory,
  answers: readonly Timed[],
): Promise<string[]> {
  return [...outOfOrder(answers), ...(await wrongReads(inventory, answers))]
}

function* outOfOrder(answers: readonly Timed[]): Generator<string> {
  const byEnd = answers.toSorted((a, b) => a.to - b.to)
  let ended = 0
  let newest: Timed | undefined
  for (const answer of answers.toSorted((a, b) => a.from - b.from)) {
    for (; byEnd[ended]!.to < answer.from; ended++) {
      if (newest === undefined || byEnd[ended]!.seq > newest.seq) newest = byEnd[ended]!
    }
    if (newest !== undefined && answer.seq < newest.seq)
      yield `${nameOf(answer)} answers at ${answer.seq}, but ${nameOf(newest)} was answered before at ${newest.seq}`
  }
}

async function wrongReads(inventory: Inventory, answers: readonly Timed[]): Promise<string[]> {
  const reads = answers.filter(({ level }) => level !== undefined).sort((a, b) => a.seq - b.seq)
  const wrong: string[] = []
  const stands = new Map<string, { allocated: number; held: number; onHand: number }>()
  let next = 0
  const compareUpTo = (seq: number): void => {
    for (; next < reads.length && reads[next]!.seq < seq; next++) {
      const shown = reads[next]!.level!
      const told = stands.get(`${shown.warehouseId}/${shown.productId}`)
      const { allocated, held, onHand } = told ?? { allocated: 0, held: 0, onHand: 0 }
      // Expired holds are shown as available, though no entry says so yet.
      const same = shown.allocated === allocated && shown.onHand === onHand && shown.held <= held
      if (!same)
        wrong.push(`${nameOf(reads[next]!)} shows what never was: ${JSON.stringify(shown)}`)
    }
  }
  for await (const entry of inventory.audit()) {
    compareUpTo(entry.seq)
    const { available, held, allocated, unsellable } = entry
    const onHand = available + held + allocated + unsellable
    stands.set(`${entry.warehouseId}/${entry.productId}`, { allocated, held, onHand })
  }
  compareUpTo(Infinity)
  return wrong
}

function nameOf({ key, source, seq }: Timed): string {
  return key ?? source ?? `a read at ${seq}`
}

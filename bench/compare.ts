import { CpuMeter } from './cpu.ts'
import { spread, type Goal, type Row, type Side, type Spread } from './row.ts'

/**
 * Lets the sides work in turn, A B A B …, after one round each that nobody counts. The machine may be
 * shared and slow down at any moment: what is compared has to have run side by side.
 */
export async function inTurn(rounds: number, sides: readonly Side[]): Promise<number[][]> {
  const results: number[][] = sides.map(() => [])
  for (let round = -1; round < rounds; round++) {
    for (const [index, side] of sides.entries()) {
      // Nobody pays for another's garbage.
      globalThis.gc?.()
      const result = await side()
      if (round >= 0) results[index]!.push(result)
    }
  }
  return results
}

export interface Comparison {
  readonly title: string
  readonly unit?: string
  readonly rounds: number
  /** How many of them a round does. */
  readonly operations: number
  readonly ours: Side
  readonly bare: Side
  readonly goal?: Goal
  readonly note?: string
}

/** Our speed to the bare loop's, round by round, and what both cost the processor. */
export async function compare(comparison: Comparison): Promise<Row> {
  const { title, rounds, operations, goal, note } = comparison
  const [oursCpu, bareCpu] = [new CpuMeter(operations), new CpuMeter(operations)]
  const [ours, bare] = await inTurn(rounds, [
    oursCpu.around(comparison.ours),
    bareCpu.around(comparison.bare),
  ])
  const cpu = `CPU ${oursCpu.cost}, against ${bareCpu.cost}`
  return {
    title,
    unit: comparison.unit ?? 'op/s',
    ours: spread(ours!),
    bare: spread(bare!),
    ratio: ratios(ours!, bare!),
    goal: goal ?? null,
    notes: note === undefined ? [cpu] : [note, cpu],
  }
}

/** Round by round: neighbours in time had the same machine. */
export function ratios(above: readonly number[], below: readonly number[]): Spread {
  return spread(above.map((value, round) => value / below[round]!))
}

/** How many a second. */
export function speed(count: number, sinceMs: number): number {
  return (count * 1000) / (performance.now() - sinceMs)
}

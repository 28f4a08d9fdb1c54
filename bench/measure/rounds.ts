import { CpuMeter } from './cpu.ts'
import { rowOf, type Goal, type Row } from './table.ts'

/** Does one round of its work, and returns its speed. */
export type Side = () => number | Promise<number>

/**
 * Alternates the sides, A B A B …, after one round each that does not count. The machine may be shared and slow down at
 * any moment, so compared sides must run side by side.
 */
export async function alternate(rounds: number, sides: readonly Side[]): Promise<number[][]> {
  const results: number[][] = sides.map(() => [])
  for (let round = -1; round < rounds; round++) {
    for (const [index, side] of sides.entries()) {
      // No side pays for another's garbage.
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
  /** Operations per round. */
  readonly operations: number
  readonly ours: Side
  readonly bare: Side
  readonly goal?: Goal
  readonly note?: string
}

/** The engine's speed relative to the bare loop, round by round, and the processor time of both. */
export async function compare(comparison: Comparison): Promise<Row> {
  const { rounds, operations, note, ...rest } = comparison
  const [oursCpu, bareCpu] = [new CpuMeter(operations), new CpuMeter(operations)]
  const [ours, bare] = await alternate(rounds, [
    oursCpu.around(comparison.ours),
    bareCpu.around(comparison.bare),
  ])
  const cpu = `CPU ${oursCpu.cost}, against ${bareCpu.cost}`
  const notes = note === undefined ? [cpu] : [note, cpu]
  return rowOf({ ...rest, ours: ours!, bare: bare!, notes })
}

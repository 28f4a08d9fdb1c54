import { CpuMeter } from './cpu.ts'
import { rowOf, type Goal, type Row } from './table.ts'

/** Does one round of its work, and answers how fast that was. */
export type Side = () => number | Promise<number>

/**
 * Lets the sides alternate, A B A B …, after one round each that nobody counts. The machine may be
 * shared and slow down at any moment: what is compared has to have run side by side.
 */
export async function alternate(rounds: number, sides: readonly Side[]): Promise<number[][]> {
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

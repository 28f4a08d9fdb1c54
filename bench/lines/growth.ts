import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inTurn, ratios } from '../compare.ts'
import type { Bench, Line } from '../bench.ts'
import { GrownFile } from '../grown-file.ts'
import { atMost, spread, type Row } from '../row.ts'

/** What an operation, an opening and the memory cost when the file has grown. */
export const growth: Line = {
  name: 'growth',
  async measure(bench) {
    const sizes = bench.big ? [10_000, 1_000_000, 10_000_000] : [10_000, 1_000_000]
    const files = sizes.map(
      (levels) => new GrownFile(bench.folder, levels, bench.operations(200_000)),
    )
    for (const file of files) await file.grow()
    const sides = files.flatMap(({ sides: { ours, bare } }) => [ours, bare])
    const speeds = await inTurn(bench.rounds, sides)
    for (const file of files) await file.close()
    return files.flatMap((file, index) => {
      const [ours, bare] = [speeds[2 * index]!, speeds[2 * index + 1]!]
      const rows = [sizeRow(file, ours, bare), openRow(file), memoryRow(bench, file)]
      if (index > 0) rows.unshift(slowdownRow(file, speeds[0]!, speeds[1]!, ours, bare))
      return rows
    })
  },
}

function named({ levels }: GrownFile): string {
  return `${levels.toLocaleString('en')} levels`
}

function slowdownRow(
  file: GrownFile,
  oursSmall: number[],
  bareSmall: number[],
  ours: number[],
  bare: number[],
): Row {
  const oursTimes = oursSmall.map((small, round) => small / ours[round]!)
  const bareTimes = bareSmall.map((small, round) => small / bare[round]!)
  return {
    title: `SQLite, slowdown from 10,000 to ${named(file)}`,
    unit: '×',
    ours: spread(oursTimes),
    bare: spread(bareTimes),
    ratio: ratios(oursTimes, bareTimes),
    goal: atMost(1.25),
    notes: ['less is better'],
  }
}

function sizeRow(file: GrownFile, ours: number[], bare: number[]): Row {
  return {
    title: `SQLite, 1,024 in flight, ${named(file)}`,
    unit: 'op/s',
    ours: spread(ours),
    bare: spread(bare),
    ratio: ratios(ours, bare),
    goal: null,
    notes: [],
  }
}

function openRow(file: GrownFile): Row {
  return {
    title: `SQLite, opening ${named(file)}`,
    unit: 'ms',
    ours: spread(file.openMs),
    bare: null,
    ratio: null,
    goal: atMost(1000),
    notes: ['less is better'],
  }
}

function memoryRow(bench: Bench, file: GrownFile): Row {
  const program = fileURLToPath(new URL('../peak-memory.ts', import.meta.url))
  const given = [file.path, String(file.levels), String(bench.operations(500_000))]
  const options = ['--conditions=source', program, ...given]
  const peak = Number(execFileSync(process.execPath, options, { encoding: 'utf8' }))
  return {
    title: `SQLite, peak memory over ${named(file)}`,
    unit: 'MiB',
    ours: spread([peak]),
    bare: null,
    ratio: null,
    goal: null,
    notes: ['of a process that serves it, 500,000 random products'],
  }
}

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Bench, Line } from '../bench.ts'
import { GrownFile } from '../grown-file.ts'
import { growthRows, named, sizesOf } from '../growth-rows.ts'
import { spread, type Row } from '../row.ts'

/** What an operation, an opening and the memory cost when the file has grown. */
export const growth: Line = {
  name: 'growth',
  async measure(bench) {
    const operations = bench.operations(200_000)
    const files = sizesOf(bench).map((levels) => new GrownFile(bench.folder, levels, operations))
    return growthRows(bench, 'SQLite', files, { rows: (file) => [memoryRow(bench, file)] })
  },
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

import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench, Line } from './bench.ts'
import type { Options } from './options.ts'
import type { Row } from './row.ts'

/** A line's rows, and how busy the machine was before and after. */
export interface Measured {
  readonly line: string
  readonly rows: readonly Row[]
  readonly load: readonly [before: string, after: string]
  readonly seconds: number
}

export const RESULTS = join(import.meta.dirname, 'results')

/** Measures a line in a process of its own: no line runs on what another left in the heap. */
export async function measureApart(name: string, options: Options): Promise<Measured> {
  const given = ['--inside', '--only', name, '--rounds', String(options.rounds)]
  if (options.quick) given.push('--quick')
  if (options.big) given.push('--big')
  const child = fork(process.argv[1]!, given, { execArgv: [...process.execArgv, '--expose-gc'] })
  return await new Promise((resolve, reject) => {
    let measured: Measured | null = null
    child.on('message', (message) => (measured = message as Measured))
    child.on('exit', (code) => {
      if (measured === null || code !== 0) reject(new Error(`the line ${name} failed`))
      else resolve(measured)
    })
  })
}

/** Measures a line in this process. */
export async function measureHere(line: Line, options: Options): Promise<Measured> {
  mkdirSync(RESULTS, { recursive: true })
  const folder = mkdtempSync(join(RESULTS, 'scratch-'))
  const bench: Bench = {
    rounds: options.rounds,
    big: options.big,
    folder,
    operations: (full) => (options.quick ? Math.ceil(full / 10) : full),
  }
  const before = load()
  const start = performance.now()
  try {
    const rows = await line.measure(bench)
    const seconds = (performance.now() - start) / 1000
    return { line: line.name, rows, load: [before, load()], seconds }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Of the last minute; others may be using the machine. */
function load(): string {
  try {
    return readFileSync('/proc/loadavg', 'utf8').split(' ')[0]!
  } catch {
    return 'unknown'
  }
}

import { fork } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Measured, Row } from './table.ts'

/** How thoroughly to measure. */
export interface Settings {
  readonly rounds: number
  readonly quick: boolean
  /** Also what takes minutes: a file of 10 million levels. */
  readonly big: boolean
}

/** The tools of a measurement. */
export interface Bench extends Settings {
  /** A temporary folder on the measured disk. */
  readonly folder: string
  /** This many operations, or fewer in a quick run. */
  operations(full: number): number
}

/** A part of the table that is measured separately, in its own process. */
export interface Line {
  readonly name: string
  measure(bench: Bench): Promise<Row[]>
}

export const RESULTS = join(import.meta.dirname, '../results')

/** Measures a line in a separate process, so that no line depends on the heap of another. */
export async function measureApart(name: string, settings: Settings): Promise<Measured> {
  const given = ['--inside', '--only', name, '--rounds', String(settings.rounds)]
  if (settings.quick) given.push('--quick')
  if (settings.big) given.push('--big')
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

export async function measureHere(line: Line, settings: Settings): Promise<Measured> {
  mkdirSync(RESULTS, { recursive: true })
  const folder = mkdtempSync(join(RESULTS, 'scratch-'))
  const bench: Bench = {
    ...settings,
    folder,
    operations: (full) => (settings.quick ? Math.ceil(full / 10) : full),
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

/** Of the last minute: others may be using the machine. */
function load(): string {
  try {
    return readFileSync('/proc/loadavg', 'utf8').split(' ')[0]!
  } catch {
    return 'unknown'
  }
}

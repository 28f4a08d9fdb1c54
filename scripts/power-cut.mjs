// Records the disk operations of a working shop, cuts the power at thousands of moments, and checks what is found each
// time: everything acknowledged, nothing partial. Needs strace (Linux).
//   npm run stress -- power-cut --states 3000 --seed 1
//   npm run stress -- power-cut --states 500 --runs      while postings are written
//   npm run stress -- power-cut --states 500 --synchronous NORMAL     must lose something: it tests the test
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cuts, record } from '../packages/holdfast/test/crash/support/power-cut.ts'
import { STRACE } from '../packages/holdfast/test/crash/support/strace.ts'
import { scriptArguments } from './script-arguments.mjs'

/** @type {import('../packages/holdfast/test/crash/support/power-cut.ts').End[]} */
const LIVES = ['kill', 'close', 'power cut', 'power cut', 'close']

const { values } = scriptArguments(import.meta.filename, {
  states: { type: 'string', default: '3000' },
  seed: { type: 'string', default: String(Date.now() % 100_000) },
  runs: { type: 'boolean', default: false },
  synchronous: { type: 'string' },
})
if (!STRACE) {
  console.log('skipped: strace is not installed')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'holdfast-power-'))
try {
  const { synchronous, runs } = values
  const pragmas = synchronous === undefined ? {} : { synchronous }
  const recording = await record(folder, LIVES, pragmas, runs)
  const { length } = recording.events
  const syncs = recording.events.filter((one) => 'disk' in one && one.disk.kind === 'sync').length
  console.log(`${length} events recorded, ${syncs} of them syncs; seed ${values.seed}`)
  const states = { all: 0, none: 0, some: 0, torn: 0 }
  const sum = { acknowledged: 0, unknown: 0, inRun: 0, broken: 0 }
  for await (const cut of cuts(recording, Number(values.states), Number(values.seed))) {
    states[cut.fate]++
    sum.acknowledged += cut.acknowledged
    sum.unknown += cut.unknown
    sum.inRun += Number(cut.isInRun)
    if (cut.broken.length === 0) continue
    sum.broken++
    if (sum.broken <= 10)
      console.log(`after ${cut.after} of ${length}, ${cut.fate}: ${cut.broken[0]}`)
  }
  console.log(
    `${values.states} states ${JSON.stringify(states)}: ${sum.acknowledged} acknowledgements ` +
      `checked, ${sum.unknown} unknown sent again, ${sum.broken} states broken` +
      (runs ? `; ${sum.inRun} states in the middle of a run of postings` : ''),
  )
  if (sum.broken > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}

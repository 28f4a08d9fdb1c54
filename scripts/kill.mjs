// Kills a busy shop repeatedly on one file. After each restart it checks that nothing acknowledged is missing, and that
// no idempotency key took effect twice.
//   npm run stress -- kill --kills 50 --seed 1
//   npm run stress -- kill --kills 50 --runs     while postings are written
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kills } from '../packages/holdfast/test/crash/support/kill.ts'
import { scriptArguments } from './script-arguments.mjs'

const { values } = scriptArguments(import.meta.filename, {
  kills: { type: 'string', default: '50' },
  runs: { type: 'boolean', default: false },
  seed: { type: 'string', default: String(Date.now() % 100_000) },
})
const count = Number(values.kills)
const folder = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
const sum = { acknowledged: 0, unknown: 0, inRun: 0, broken: 0 }

console.log(`${count} kills, seed ${values.seed}, in ${folder}`)
for await (const one of kills(folder, count, Number(values.seed), {
  nearRun: values.runs,
})) {
  const { kill, after, since, acknowledged, unknown, isInRun, seq, broken } = one
  const when = values.runs
    ? 'in a run'
    : `${String(after).padStart(3)} ms after it ${since === 'open' ? 'opened ' : 'started'}`
  const told = `${acknowledged} acknowledged, ${unknown} unknown sent again`
  console.log(
    `kill ${kill}: ${when}, ${told}, entry ${seq}, ${broken.length === 0 ? 'ok' : 'BROKEN'}`,
  )
  for (const line of broken.slice(0, 20)) console.log(`  ${line}`)
  sum.acknowledged += acknowledged
  sum.unknown += unknown
  sum.inRun += Number(isInRun)
  sum.broken += broken.length
}
console.log(
  `${count} kills: ${sum.acknowledged} acknowledged, ${sum.unknown} unknown sent again, ` +
    `${sum.broken} lost or done twice` +
    (values.runs ? `; ${sum.inRun} kills in the middle of a run of postings` : ''),
)
if (sum.broken > 0) {
  console.log(`the file and its journals stay in ${folder}`)
  process.exitCode = 1
} else rmSync(folder, { recursive: true })

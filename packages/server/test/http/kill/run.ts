// Kills a busy service again and again, and holds what it had said against what is in its file.
//   npm run stress -- kill-service --kills 50 --seed 1
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killing } from './killing.ts'
import { scriptArguments } from '../../../../../scripts/script-arguments.mjs'

const { values } = scriptArguments(import.meta.filename, {
  kills: { type: 'string', default: '50' },
  seed: { type: 'string', default: String(Date.now() % 100_000) },
  rest: { type: 'string', default: '40' },
})
const folder = mkdtempSync(join(tmpdir(), 'holdfast-http-kill-'))
console.log(`${values.kills} kills, seed ${values.seed}, in ${folder}`)
const report = await killing({
  folder,
  kills: Number(values.kills),
  seed: Number(values.seed),
  restMs: Number(values.rest),
  onKill: (kill, afterMs) => console.log(`kill ${kill}, ${afterMs} ms after they were at work`),
})
const { acknowledged, refused, entries, deliveries, broken } = report
console.log(
  `${acknowledged} acknowledged, ${refused} refused, ${entries} entries, ${deliveries} deliveries`,
)
for (const line of broken.slice(0, 20)) console.log(line)
console.log(`${broken.length} lost, done twice, or told otherwise`)
if (broken.length > 0) process.exitCode = 1
else rmSync(folder, { recursive: true })

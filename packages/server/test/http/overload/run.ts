// Attacks a service, one attack after another, while somebody else goes on working, and looks at its memory.
//   npm run stress -- siege                              the figures that once stopped it, then half of what one may have
//   npm run stress -- siege --only pages              the attacks with this word in their name
//   npm run stress -- siege --scale whole             or half
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { scriptArguments } from '../../../../../scripts/script-arguments.mjs'
import { ATTACKS, HALF, WHOLE } from './attacks.ts'
import { Fortress, refusedIn, shown, type Outcome } from './siege.ts'

const MOST_WAIT_MS = 1000
const MOST_MIB = 500

const { values } = scriptArguments(import.meta.filename, {
  only: { type: 'string', default: '' },
  scale: { type: 'string', default: 'both' },
})
const folder = mkdtempSync(join(tmpdir(), 'holdfast-siege-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const fortress = await Fortress.build(folder)
const rows: Record<string, string>[] = []
let broken = 0
for (const scale of [WHOLE, HALF]) {
  const isHalf = scale === HALF
  if (values.scale === (isHalf ? 'whole' : 'half')) continue
  for (const attack of ATTACKS.filter(({ name }) => name.includes(values.only))) {
    const outcome = await fortress.stand(attack, scale)
    const wrong = faultsOf(outcome, isHalf)
    broken += wrong.length
    rows.push({
      attack: outcome.attack,
      'how much': outcome.scale,
      told: shown(outcome.told),
      'others asked': String(outcome.asked),
      'longest wait': `${Math.round(outcome.longestMs)} ms`,
      memory: `${Math.round(outcome.mostMiB)} MiB`,
      verdict: wrong.join('; ') || 'held',
    })
    console.log(`${outcome.attack}, ${outcome.scale}: ${wrong.join('; ') || 'held'}`)
  }
}
console.table(rows)
if (broken > 0) process.exitCode = 1

function faultsOf(outcome: Outcome, isHalf: boolean): string[] {
  const { failed, longestMs, mostMiB, told } = outcome
  const faults: string[] = []
  if (failed.length > 0) faults.push(`${failed.length} of the others failed, first: ${failed[0]}`)
  if (longestMs > MOST_WAIT_MS) faults.push(`the others waited ${Math.round(longestMs)} ms`)
  if (mostMiB > MOST_MIB) faults.push(`${Math.round(mostMiB)} MiB of memory`)
  if (isHalf && refusedIn(told) + (told[0] ?? 0) > 0) faults.push('not all were served')
  return faults
}

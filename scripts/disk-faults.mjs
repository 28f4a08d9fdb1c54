// Makes the disk fail under a working shop: each system call on its files in turn, once or permanently. Checks what
// callers are told, and what is found once the disk works again. Needs strace (Linux).
//   npm run stress -- disk-faults --runs 100 --seed 1
import { strike } from '../packages/holdfast/test/crash/support/disk-faults.ts'
import { STRACE } from '../packages/holdfast/test/crash/support/strace.ts'
import { dice } from '../packages/holdfast/src/testing/dice.ts'
import { scriptArguments } from './script-arguments.mjs'

/** System call, error, and about how many of these calls the shop makes in total. */
const FAULTS = /** @type {const} */ ([
  ['fsync', 'EIO', 60],
  ['pwrite64', 'EIO', 400],
  ['pwrite64', 'ENOSPC', 400],
  ['pwrite64', 'EDQUOT', 400],
  ['pread64', 'EIO', 60],
  ['ftruncate', 'EIO', 8],
  ['openat', 'EMFILE', 8],
  ['unlink', 'EIO', 4],
])

const { values } = scriptArguments(import.meta.filename, {
  runs: { type: 'string', default: '100' },
  seed: { type: 'string', default: String(Date.now() % 100_000) },
})
if (!STRACE) {
  console.log('skipped: strace is not installed')
  process.exit(0)
}
const draw = dice(Number(values.seed))
const sum = { hit: 0, acknowledged: 0, broken: 0 }
console.log(`${values.runs} runs, seed ${values.seed}`)
for (let run = 0; run < Number(values.runs); run++) {
  const [call, error, most] = /** @type {typeof FAULTS[number]} */ (FAULTS[run % FAULTS.length])
  const fault = { call, error, time: 1 + draw.below(most), forever: draw.chance(50) }
  const { injected, acknowledged, codes, broken } = await strike(fault, run + 1)
  const when = `${fault.time}${fault.forever ? ' and on' : ''}`
  const told = [...codes].map(([code, times]) => `${code} ${times}`).join(', ') || 'nothing'
  console.log(
    `${call} ${error} ${when}: ${injected} failed; ${acknowledged} acknowledged, ` +
      `told ${told}: ${broken.length === 0 ? 'ok' : 'BROKEN'}`,
  )
  for (const line of broken.slice(0, 5)) console.log(`  ${line.slice(0, 400)}`)
  sum.hit += injected > 0 ? 1 : 0
  sum.acknowledged += acknowledged
  sum.broken += broken.length > 0 ? 1 : 0
}
console.log(
  `${values.runs} runs, ${sum.hit} of them hit: ${sum.acknowledged} acknowledged, ` +
    `${sum.broken} runs broken`,
)
if (sum.broken > 0) process.exitCode = 1

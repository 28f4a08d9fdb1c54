// Compares any number of commands with the reference model:
//   npm run stress -- model --commands 5000000
//   npm run stress -- model --store sqlite --seed 7
// A failure prints the fewest steps that still fail, and the seed that reproduces it.
/* oxlint-disable no-console -- a program talks to its terminal */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { memory, type Store } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { sameAsModel, total } from '../support/model-property.ts'
import { scriptArguments } from '../../../../scripts/script-arguments.mjs'

const { values } = scriptArguments(import.meta.filename, {
  commands: { type: 'string', default: '1000000' },
  store: { type: 'string', default: 'memory' },
  seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  steps: { type: 'string', default: '150' },
})
const commands = Number(values.commands)
const folder = mkdtempSync(join(tmpdir(), 'holdfast-model-'))
let stores = 0

/** Each run has its own file; the one before has already closed its file. */
function makeStore(): Store {
  if (values.store === 'memory') return memory()
  if (values.store !== 'sqlite') throw new RangeError('--store is memory or sqlite')
  rmSync(join(folder, String(stores)), { recursive: true, force: true })
  mkdirSync(join(folder, String(++stores)))
  return sqlite({ path: join(folder, String(stores), 'shop.db') })
}

const seen = new Map<string, number>()
const property = sameAsModel({ commands, steps: Number(values.steps), makeStore, seen })
const began = performance.now()
try {
  for (let seed = Number(values.seed); total(seen) < commands; seed++) {
    const found = await fc.check(property, { seed, numRuns: 25 })
    if (found.failed) {
      console.error(found.errorInstance)
      console.error(await fc.asyncDefaultReportMessage(found))
      console.error(
        `again: npm run stress -- model --store ${values.store} --steps ${values.steps} --seed ${seed}`,
      )
      process.exitCode = 1
      break
    }
    const seconds = (performance.now() - began) / 1000
    const rate = Math.round(total(seen) / seconds)
    console.log(`seed ${seed}: ${total(seen)} of ${commands} commands, ${rate} a second`)
  }
  console.log(Object.fromEntries([...seen].sort(([a], [b]) => (a < b ? -1 : 1))))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

import { deepEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { memory, type Store } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { LONG } from './support/long.ts'
import { neverOccurred, sameAsModel, total } from './support/model-property.ts'

async function compare(commands: number, steps: number, makeStore: () => Store): Promise<void> {
  const seen = new Map<string, number>()
  await fc.assert(sameAsModel({ commands, steps, makeStore, seen }), { numRuns: commands })
  ok(total(seen) >= commands, `${total(seen)} commands were compared`)
  deepEqual(neverOccurred(seen, commands), [])
}

const [IN_MEMORY, IN_FILES] = LONG ? [12_000, 2_000] : [3_000, 300]

test(`memory does what the model says: ${IN_MEMORY} commands`, () =>
  compare(IN_MEMORY, 120, memory))

test(`SQLite does what the model says: ${IN_FILES} commands`, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-model-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  let stores = 0
  await compare(IN_FILES, 300, () => {
    const path = join(folder, `${++stores}.db`)
    return sqlite({ path, worker: stores % 2 === 0 })
  })
})

import { deepEqual, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { memory, openInventory, type Store } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { LONG } from '../support/long.ts'
import { neverOccurred, sameAsModel, total } from '../support/model-property.ts'
import { modelRun } from '../support/model-run.ts'
import { emptyStore } from './support/place.ts'

const COMMANDS = LONG ? 2_000 : 1_000
/** Here a comparison of everything costs as much as two steps and more. */
const compareEvery = LONG ? 1 : 5

test(`PostgreSQL does what the model says: ${COMMANDS} commands`, async () => {
  const seen = new Map<string, number>()
  const property = {
    ...{ commands: COMMANDS, steps: 300, seen },
    ...{ makeStore: () => emptyStore(), compareEvery },
  }
  await fc.assert(sameAsModel(property), { numRuns: COMMANDS })
  ok(total(seen) >= COMMANDS, `${total(seen)} commands were compared`)
  deepEqual(neverOccurred(seen, COMMANDS), [])
})

test('the same commands, clock and random bits make the same log on every store', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const stores: Store[] = [memory(), sqlite({ path: join(folder, 'shop.db') }), emptyStore()]
  const heads: unknown[] = []
  for (const store of stores) {
    await modelRun(
      Array.from({ length: 200 }, (_, index) => index),
      { store, compareEvery: 200 },
    )
    await using inventory = await openInventory({ store, readOnly: true })
    heads.push(await inventory.head())
  }
  deepEqual(heads[1], heads[0])
  deepEqual(heads[2], heads[0])
  ok((heads[0] as { seq: number }).seq > 100)
})

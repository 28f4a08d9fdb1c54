import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LONG } from '../long.ts'
import { neverOccurred, sameAsModel, total } from '../model-property.ts'
import { emptyStore } from './place.ts'

const COMMANDS = LONG ? 2_000 : 1_000

test(`PostgreSQL does what the model says: ${COMMANDS} commands`, async () => {
  const seen = new Map<string, number>()
  const property = { commands: COMMANDS, steps: 300, makeStore: () => emptyStore(), seen }
  await fc.assert(sameAsModel(property), { numRuns: COMMANDS })
  ok(total(seen) >= COMMANDS, `${total(seen)} commands were compared`)
  deepEqual(neverOccurred(seen, COMMANDS), [])
})

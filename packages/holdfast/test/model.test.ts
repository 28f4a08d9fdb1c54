import { memory } from 'holdfast'
import { test } from 'node:test'
import fc from 'fast-check'
import { modelRun } from './model-run.ts'

const seeds = fc.array(fc.nat(), { minLength: 1, maxLength: 120, size: 'max' })

test('memory', async () => {
  let commands = 0
  await fc.assert(
    fc.asyncProperty(seeds, fc.constantFrom(1, 5, 100_000), async (steps, cacheRecords) => {
      const outcomes = await modelRun(steps, { store: memory(), cacheRecords })
      for (const count of outcomes.values()) commands += count
    }),
    { numRuns: 100 },
  )
  console.log(commands)
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { newSchema, url } from './support/place.ts'
import { rush } from './support/rush.ts'
import { Shops } from './support/shops.ts'

test('three processes sell 5,000 units to 20,000 buyers: 5,000, not one more', async () => {
  const schema = newSchema()
  const report = await rush({ url, schema, processes: 3, units: 5_000, buyers: 20_000 })
  deepEqual(report.broken, [])
  equal(
    report.sold.reduce((sum, one) => sum + one, 0),
    5_000,
  )
  ok(report.refused >= 15_000)
  for (const sold of report.sold) ok(sold > 0, 'each of them sold some')
})

test('three processes do everything at once, transfers in both directions: one order of events', async () => {
  const shops = new Shops({ url, schema: newSchema(), callers: 32, calls: 40 }, 1)
  await Promise.all([shops.open(), shops.open(), shops.open()])
  await shops.closed()
  const report = await shops.check(url)
  deepEqual(report.broken, [])
  // There was no fault, so nobody may hear of a lock, a deadlock or a failed commit.
  deepEqual([report.failures, report.unknown], [{}, 0])
  ok(report.acknowledged > 300 && report.reads > 20)
})

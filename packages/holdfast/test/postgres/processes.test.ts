import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { LONG } from '../support/long.ts'
import { newSchema, url } from './support/place.ts'
import { rush } from './support/rush.ts'
import { Shops } from './support/shops.ts'

const [UNITS, BUYERS] = LONG ? [5_000, 20_000] : [3_000, 8_000]

test(`three processes sell ${UNITS} units to ${BUYERS} buyers: not one more`, async () => {
  const schema = newSchema()
  const report = await rush({ url, schema, processes: 3, units: UNITS, buyers: BUYERS })
  deepEqual(report.broken, [])
  equal(
    report.sold.reduce((sum, one) => sum + one, 0),
    UNITS,
  )
  ok(report.refused >= BUYERS - UNITS)
  // Three commits may sell all, and the machine may be busy.
  ok(report.sold.filter((sold) => sold > 0).length > 1, report.sold.join())
})

test('three processes do everything at once, transfers in both directions: one order of events', async () => {
  const shops = new Shops({ url, schema: newSchema(), callers: 32, calls: LONG ? 40 : 12 }, 1)
  await Promise.all([shops.open(), shops.open(), shops.open()])
  await shops.closed()
  const report = await shops.check(url)
  deepEqual(report.broken, [])
  // There was no fault, so nobody may hear of a lock, a deadlock or a failed commit.
  deepEqual([report.failures, report.unknown], [{}, 0])
  ok(report.acknowledged > 300 && report.reads > 20)
})

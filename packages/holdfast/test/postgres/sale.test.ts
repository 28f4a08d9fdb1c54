import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { LONG } from '../support/long.ts'
import { newSchema, server } from './support/place.ts'
import { LONG_SALE, sale } from './support/sale.ts'

const SHORT_SALE = { units: 600, buyers: 1_500, processes: 3, callers: 40 }

test(
  'processes are killed and PostgreSQL crashes in a sale: each unit has one order, and each order one unit',
  { skip: server === null && 'the server that DATABASE_URL names is not ours to stop' },
  async () => {
    const plan = LONG ? LONG_SALE : SHORT_SALE
    const report = await sale(server!, { ...plan, schema: newSchema(), seed: 1 })
    deepEqual(report.broken, [])
    equal(report.sold, plan.units)
  },
)

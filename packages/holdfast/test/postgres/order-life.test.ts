import { test } from 'node:test'
import { postgres } from 'holdfast/postgres'
import { checkDay } from '../support/order-life.ts'
import { newSchema, pool } from './support/place.ts'

test('the life of an order leaves what is written by hand, on PostgreSQL', () =>
  checkDay(postgres({ pool, schema: newSchema() })))

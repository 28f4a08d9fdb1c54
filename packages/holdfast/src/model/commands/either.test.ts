import { throws } from 'node:assert/strict'
import { test } from 'node:test'
import { asOf } from './fields/as-of.ts'
import { holder } from './fields/holder.ts'
import type { CommandOf } from './commands.ts'

// What is refused when it runs does not compile either.

test('holds are named by their owner or by their group, not by both', () => {
  // @ts-expect-error one of them
  const both: CommandOf<'releaseAll'>['of'] = { owner: 'cart-1', group: 'order-1' }
  throws(() => holder.check(both, 'of'), { code: 'INVALID_INPUT', details: { field: 'of' } })
})

test('a count is as of an entry or of a time, not of both', () => {
  // @ts-expect-error one of them
  const both: CommandOf<'countStock'>['asOf'] = { seq: 1, time: 1 }
  throws(() => asOf.check(both, 'asOf'), { code: 'INVALID_INPUT', details: { field: 'asOf' } })
})

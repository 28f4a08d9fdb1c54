import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { refusal } from '../testing/refusal.ts'
import { HoldfastClient } from './client.ts'

const URL = 'http://127.0.0.1:1'

/** Nothing here may be sent. */
const unsent = (): never => {
  throw new Error('it was sent')
}

test('a malformed remembered position is refused and not sent', async () => {
  const client = new HoldfastClient({ url: URL, fetch: unsent, retries: 0 })
  for (const expect of [null, {}, { seq: '3', hash: 'f'.repeat(64) }, { seq: 3, hash: 'F' }]) {
    const { code } = await refusal(() => client.verify({ expect: expect as never }))
    deepEqual([expect, code], [expect, 'INVALID_INPUT'])
  }
})

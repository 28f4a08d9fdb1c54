import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRecordId, randomOf, recordId, seqOf } from './record-id.ts'

const SEQS = [1, 4095, 4096, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER]
const RANDOMS = [0, 1, 0xfff, 2 ** 24, 2 ** 48 + 7, 2 ** 52 - 1]

test('an id is a UUID of version 8 that embeds its seq and its random bits', () => {
  for (const seq of SEQS) {
    for (const random of RANDOMS) {
      const id = recordId(seq, random)
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      assert.deepEqual(parseRecordId(id), { seq, random })
      assert.equal(seqOf(id), seq)
      assert.equal(randomOf(id), random)
    }
  }
})

test('what the engine cannot have made is not an id', () => {
  for (const id of [
    '',
    'RES-1',
    recordId(1, 1).toUpperCase() + 'x',
    '00000000-0000-4004-800b-41d58170ffd6',
  ]) {
    assert.equal(parseRecordId(id), null)
  }
  assert.equal(parseRecordId('ffffffff-ffff-8fff-800b-41d58170ffd6'), null)
})

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { counted } from './counted.ts'
import { described } from './verdict.ts'

it('one is no plural', () => {
  assert.deepEqual(
    [0, 1, 2, 1200].map((count) => counted(count, 'entry', 'entries')),
    ['0 entries', '1 entry', '2 entries', '1,200 entries'],
  )
  const one = { ok: true, seq: 1, hash: 'x', entries: 1, commits: 1, levels: 1 } as const
  assert.match(described(one as never), /^verified: 1 entry, 1 commit, 1 level; everything holds\n/)
})

import { equal, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { COMMIT, readCommit } from './commit.ts'

const VALUES: Readonly<Record<string, unknown>> = {
  ...{ commit: 7, firstSeq: 4, lastSeq: 3, body: '{"v":1}', texts: null },
}

function rowOf(changed: Readonly<Record<string, unknown>>): never {
  return Object.keys(COMMIT).map((name) => ({ ...VALUES, ...changed })[name] ?? 0) as never
}

test('a commit whose body or texts are bytes is damaged', () => {
  equal(readCommit(rowOf({ texts: '[]' })).texts, '[]')
  for (const changed of [{ body: new Uint8Array(7) }, { texts: new Uint8Array(7) }, { body: 1 }])
    throws(() => readCommit(rowOf(changed)), { code: 'STORE_DAMAGED', message: /commit 7 / })
})

test('a commit that is said to have more entries than its body has room for is damaged', () => {
  const body = '{"entries":[[1,1,1,1,1,1,1]],"v":1}'
  equal(readCommit(rowOf({ body, texts: '[]', lastSeq: 4 })).lastSeq, 4)
  throws(() => readCommit(rowOf({ body, texts: '[]', lastSeq: 6 })), { code: 'STORE_DAMAGED' })
})

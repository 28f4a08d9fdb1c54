import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { SqlStatement } from '../../model/also.ts'
import { ownAlso } from './also.ts'

test('a statement without values has none, in its type, too', () => {
  const text = 'DELETE FROM carts WHERE empty'
  const statements: readonly SqlStatement[] = [{ text }, { text, values: undefined }]
  deepEqual(
    ownAlso(statements)!.statements,
    statements.map(() => ({ text, values: [] })),
  )
})

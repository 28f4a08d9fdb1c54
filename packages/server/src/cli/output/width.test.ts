import assert from 'node:assert/strict'
import { it } from 'node:test'
import { cutTo, widthOf } from './width.ts'

it('texts are measured and cut by the columns that they take', () => {
  assert.deepEqual(['', 'ab', '京', 'a京b', 'e\u0301', '\u0301'].map(widthOf), [0, 2, 2, 4, 1, 0])
  assert.deepEqual(
    [0, 1, 2, 3, 4, 9].map((width) => cutTo('京e\u0301京', width)),
    ['', '', '京', '京e\u0301', '京e\u0301', '京e\u0301京'],
  )
})

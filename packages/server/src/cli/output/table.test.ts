import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clean } from './clean.ts'
import { json } from './json.ts'
import { table } from './table.ts'

describe('what is shown', () => {
  it('a table aligns texts left and numbers right, and shows nothing as -', () => {
    const columns = [
      { title: 'id', of: (row: { id: string }) => row.id },
      { title: 'qty', of: (row: { qty: number | null }) => row.qty },
    ]
    const rows = [
      { id: 'LAPTOP', qty: 5 },
      { id: '京', qty: null },
    ]
    assert.equal(table(columns, rows, { header: false }), 'LAPTOP    5\n京        -')
  })

  it('a table aligns characters by the columns of the terminal that they take', () => {
    const columns = [
      { title: 'id', of: (row: string) => row },
      { title: 'qty', of: () => 1 },
    ]
    const four = [
      'ABCD',
      'ß–£é',
      '京都',
      '한국',
      'カナ',
      'ｶﾅｶﾅ',
      '👍🏽AB',
      '👩\u200d👩\u200d👧🇩🇪',
      'e\u0301fgh',
    ]
    const lines = table(columns, four, { header: false }).split('\n')
    assert.deepEqual(
      lines,
      four.map((text) => `${text}    1`),
    )
  })

  it('a column in which all rows are as usual is left out', () => {
    const columns = [
      { title: 'id', of: (row: { id: string; aside: number }) => row.id },
      { title: 'aside', of: (row: { id: string; aside: number }) => row.aside, usual: 0 },
    ]
    const [plain, odd] = [
      { id: 'A', aside: 0 },
      { id: 'B', aside: 2 },
    ]
    assert.equal(table(columns, [plain], { header: false }), 'A')
    assert.equal(table(columns, [plain, odd], { header: false }), 'A       0\nB       2')
  })

  it('a column that needs room is left out of a narrow terminal', () => {
    const columns = [
      { title: 'id', of: (row: string) => row },
      { title: 'owner', of: () => 'cart-1', roomy: true as const },
    ]
    const lineOf = (width?: number): string => table(columns, ['A'], { header: false, width })
    assert.deepEqual([80, 119, 120, undefined].map(lineOf), ['A', 'A', 'A   cart-1', 'A   cart-1'])
  })

  it('clean takes out what a terminal would obey, and what turns text around', () => {
    assert.equal(clean('a\u001b[31mb\u001b]0;x\u0007c\u009bd\u202ee\u2066f\r\n'), 'abcdef')
    assert.equal(clean('£ 京 ß'), '£ 京 ß')
  })

  it('JSON is JSON, with nothing in it that a terminal would obey', () => {
    const value = { text: 'a\u001b\u009b\u2028\u007f"' }
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(json(value), /[\u0000-\u001f\u007f-\u009f\u2028]/)
    assert.deepEqual(JSON.parse(json(value)), value)
  })
})

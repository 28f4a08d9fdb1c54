import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { csvRecord, originalText } from 'holdfast/model'
import { CsvRecords, type CsvRecord } from './csv-records.ts'

function read(text: string): CsvRecord[] {
  const reader = new CsvRecords()
  return [...reader.push(text.split('\n')), ...reader.end()]
}

describe('CsvRecords', () => {
  it('numbers records by the line where they begin', () => {
    assert.deepEqual(read('a,b\n1,"x\ny"\n\n2,z'), [
      { line: 1, fields: ['a', 'b'] },
      { line: 2, fields: ['1', 'x\ny'] },
      { line: 5, fields: ['2', 'z'] },
    ])
  })

  it('keeps one bad line one bad line', () => {
    const found = read('a,b\n1,"never closed\n2,y\n3\n4,"z"\n5,x"y"z\n6,ok')
    assert.deepEqual(
      found.map((record) => [record.line, 'problem' in record ? record.problem : 'fine']),
      [
        [1, 'fine'],
        [2, 'a quote is opened and not closed'],
        [3, 'fine'],
        [4, '1 field instead of 2'],
        [5, 'fine'],
        [6, 'a quotation mark inside of a cell must be doubled, and the cell quoted: "x""y""z"'],
        [7, 'fine'],
      ],
    )
  })

  it('says how a quotation mark inside of a cell is written', () => {
    const problems = (...rows: string[]): (string | null)[] =>
      read(['a,b', ...rows].join('\n'))
        .slice(1)
        .map((record) => ('problem' in record ? record.problem : null))
    const doubled = (cell: string): string =>
      `a quotation mark inside of a cell must be doubled, and the cell quoted: ${cell}`
    const pipe = doubled('"Rohr 1/2"" lang"')
    assert.deepEqual(problems('Rohr 1/2" lang,5'), [pipe])
    assert.deepEqual(problems('Rohr 1/2" lang,5', 'x,1', 'Rohr 1/2" lang,5'), [pipe, null, pipe])
    assert.deepEqual(problems('"a "", b",3" x'), [doubled('"3"" x"')])
    assert.deepEqual(problems('"a, b","c'), ['a quote is opened and not closed'])
    assert.deepEqual(problems('"a"b,c'), ['quotes do not match'])
    assert.deepEqual(problems('"Rohr 1/2"" lang",5'), [null])
    assert.deepEqual(problems(`${'x'.repeat(1000)}",5`), ['a quote is opened and not closed'])
  })

  it('gives a quote up that is open for too many lines', () => {
    const rows = Array.from({ length: 50 }, (_, index) => `${index},x`)
    const found = read(['a,b', '0,"open', ...rows, '9,"', 'x,y'].join('\n'))
    assert.equal(found.filter((record) => 'problem' in record).length, 2)
    assert.equal(found.filter((record) => 'fields' in record).length, 52)
  })

  it('tells of a line that is too long', () => {
    const reader = new CsvRecords()
    assert.deepEqual(
      [...reader.push(['a,b', '1,"open', null, '2,y'])].map((record) => 'problem' in record),
      [false, true, true, false],
    )
  })

  it('separates cells as the first line shows, or says', () => {
    const rows = [
      ['a', 'b;c\t,d'],
      ['1', '2'],
    ]
    const [plain, semicolons] = [rows.map((row) => csvRecord(row)), ['a;"b;c\t,d"', '1;2']]
    for (const text of [plain, semicolons, ['a\t"b;c\t,d"', '1\t2'], ['sep=|', 'a|b;c\t,d', '1|2']])
      assert.deepEqual(
        read(text.join('\n')).map((record) => 'fields' in record && record.fields),
        rows,
      )
  })

  it('leaves out rows of empty cells, and empty cells behind the last column', () => {
    assert.deepEqual(read(',,\na,b\n1,2,,\n,,,\n , \n"",""\n3,4,5'), [
      { line: 2, fields: ['a', 'b'] },
      { line: 3, fields: ['1', '2'] },
      { line: 7, problem: '3 fields instead of 2' },
    ])
  })

  it('reads back what was exported, whatever the texts are', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.stringMatching(/^['"=+@,\-\t\r\n a]{0,6}$/),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const full = rows.map((row) => [...row, 'z'])
        const text = [['x', 'y', 'z'], ...full].map((row) => csvRecord(row)).join('\n')
        const [, ...records] = read(text)
        assert.deepEqual(
          records.map((record) => ('fields' in record ? record.fields.map(originalText) : record)),
          full,
        )
      }),
    )
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cellsOf, csvRecord, originalText, TRAIL_COLUMNS } from './csv.ts'

describe('csvRecord', () => {
  it('quotes as RFC 4180 says', () => {
    assert.equal(csvRecord(['a', 'b,c', 'd"e', 'f\ng', null, '']), 'a,"b,c","d""e","f\ng",,')
  })

  it('defuses formulas in texts, and leaves numbers unchanged', () => {
    assert.equal(csvRecord(['=1+1', '+1', '-1', '@A', '\tx', -5]), "'=1+1,'+1,'-1,'@A,'\tx,-5")
  })

  it('loses nothing: a text that already starts with a quote gets another one if needed', () => {
    for (const text of ['=x', "'=x", "''=x", "'x", 'x', "'", '']) {
      const [cell] = csvRecord([text]).split(',')
      assert.equal(originalText(cell!), text)
    }
  })
})

it('a record of an entry has as many cells as the header has names', () => {
  const entry = {
    id: '7',
    seq: 7,
    type: 'COUNTED',
    productId: '=HYPERLINK("http://evil")',
    warehouseId: 'SF',
    fromWarehouseId: null,
    qty: -3,
    timestamp: 0,
    reservationId: null,
    transferId: null,
    actor: 'ann, "the boss"',
    metadata: { note: 'a\nb' },
    reference: { type: 'count', id: '12' },
    group: 'spring',
    available: 4,
    held: 0,
    allocated: 1,
    unsellable: 2,
  } as const
  assert.equal(Object.keys(TRAIL_COLUMNS).length, 18)
  assert.equal(
    csvRecord(cellsOf(TRAIL_COLUMNS, entry)),
    `7,1970-01-01T00:00:00.000Z,COUNTED,SF,"'=HYPERLINK(""http://evil"")",,-3,4,0,1,,,"ann, ""the boss""","{""note"":""a\\nb""}",2,spring,count,12`,
  )
  const plain = { ...entry, productId: 'MUG', actor: 'ann', metadata: {} }
  assert.equal(csvRecord(cellsOf(TRAIL_COLUMNS, plain)).split(',').length, 18)
})

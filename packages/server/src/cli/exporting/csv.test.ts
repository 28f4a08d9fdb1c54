import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { csvRecord, original } from './csv.ts'

describe('csvRecord', () => {
  it('quotes as RFC 4180 says', () => {
    assert.equal(csvRecord(['a', 'b,c', 'd"e', 'f\ng', null, '']), 'a,"b,c","d""e","f\ng",,')
  })

  it('takes the formula out of texts, and leaves numbers numbers', () => {
    assert.equal(csvRecord(['=1+1', '+1', '-1', '@A', '\tx', -5]), "'=1+1,'+1,'-1,'@A,'\tx,-5")
  })

  it('loses nothing: what begins with a quote already gets another one where needed', () => {
    for (const text of ['=x', "'=x", "''=x", "'x", 'x', "'", '']) {
      const [cell] = csvRecord([text]).split(',')
      assert.equal(original(cell!), text)
    }
  })
})

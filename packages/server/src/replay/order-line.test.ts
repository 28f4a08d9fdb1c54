import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { orderLine } from './order-line.ts'

const columns = { InvoiceNo: 0, StockCode: 1, Description: 2, Quantity: 3, Country: 4 }

function kindOf(invoice: string, code: string, quantity: string): string {
  const fields = [invoice, code, 'x', quantity, 'France']
  const line = orderLine({ line: 2, fields }, columns)
  return line.kind === 'skipped' ? `skipped: ${line.reason}` : line.kind
}

describe('orderLine', () => {
  it('tells orders, returns and write-offs', () => {
    assert.equal(kindOf('536365', '85123A', '6'), 'order')
    assert.equal(kindOf('536365', 'DCGSSGIRL', '6'), 'order')
    assert.equal(kindOf('C536379', '85123A', '-1'), 'return')
    assert.equal(kindOf('536589', '21777', '-10'), 'write-off')
  })

  it('skips what is no goods, or moves none', () => {
    for (const code of ['POST', 'M', 'm', 'D', 'C2', 'BANK CHARGES', 'gift_0001_20', 'PADS', 'B']) {
      assert.equal(kindOf('A536365', code, '-1'), `skipped: ${code}`)
    }
    assert.equal(kindOf('536365', '21777', '0'), 'skipped: quantity 0')
    assert.equal(kindOf('C536365', '21777', '1'), 'skipped: C invoice, quantity above 0')
  })

  it('refuses quantities and codes that cannot be', () => {
    for (const quantity of ['', '1.5', '5x', '0x10', '1e3', ' 5', '1000001', '--1']) {
      assert.equal(kindOf('536365', '21777', quantity), 'malformed')
    }
    assert.equal(kindOf('', '21777', '1'), 'malformed')
    assert.equal(kindOf('536365', '', '1'), 'malformed')
    assert.equal(kindOf('536365', '2177\u001b[31m', '1'), 'malformed')
    assert.equal(kindOf('5'.repeat(200), '21777', '1'), 'malformed')
  })
})

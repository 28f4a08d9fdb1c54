import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cover, covered } from './cover.ts'
import { spread } from './places.ts'

describe('the opening stock', () => {
  it('is cover × demand, rounded, without binary fractions', () => {
    assert.equal(covered(cover('0.9'), 10), 9)
    assert.equal(covered(cover('0.9'), 5), 5)
    assert.equal(covered(cover('0.1'), 5), 1)
    assert.equal(covered(cover('0.1'), 4), 0)
    assert.equal(covered(cover('1.15'), 100), 115)
    assert.equal(covered(cover('0.57'), 100), 57)
  })

  it('names the same cover the same way', () => {
    assert.deepEqual(
      ['0.90', '00.9', '1.0', '1', '12.050'].map((text) => cover(text).text),
      ['0.9', '0.9', '1', '1', '12.05'],
    )
    for (const text of ['0', '0.0', '-1', '.5', '1e3', '90%', '']) assert.throws(() => cover(text))
  })

  it('is spread over the warehouses without losing a unit', () => {
    for (let qty = 0; qty < 500; qty++) {
      assert.equal(
        spread(qty).reduce((sum, part) => sum + part.qty, 0),
        qty,
      )
    }
    assert.deepEqual(spread(1), [{ warehouseId: 'LON', qty: 1 }])
    assert.deepEqual(
      spread(100).map(({ qty }) => qty),
      [60, 25, 15],
    )
  })
})

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { folder, holdfast, holdfastJson } from './support/holdfast.ts'
import { largeOrder, manyOrders, ordersCsv, type Line } from './support/orders.ts'
import type { Printed } from './support/summary.ts'

const path = folder()

async function replay(file: string, db: string, ...flags: string[]): Promise<Printed> {
  const [printed] = await holdfastJson<Printed>('replay', file, '--db', db, ...flags)
  return printed!
}

async function replayLines(
  name: string,
  lines: readonly (Line | string)[],
  cover = '1',
): Promise<Printed> {
  writeFileSync(path(`${name}.csv`), ordersCsv(lines))
  return replay(path(`${name}.csv`), path(`${name}.db`), '--cover', cover)
}

describe('holdfast replay', () => {
  it('names malformed lines and goes on behind them', async () => {
    const { lines, malformed, orders, addsUp } = await replayLines('malformed', [
      { invoice: 1, product: 10_000, qty: 5 },
      'too,few',
      '2,10001,"a quote that never ends,3,2010-12-01,1.5,1,United Kingdom',
      { invoice: 3, product: 10_002, qty: 4, description: '"two\nlines"' },
      '4,10003,x,5x,2010-12-01,1.5,1,United Kingdom',
      '5,10003,x,1e3,2010-12-01,1.5,1,United Kingdom',
      ',10003,x,1,2010-12-01,1.5,1,United Kingdom',
      '7,10\u00073,x,1,2010-12-01,1.5,1,United Kingdom',
      '8,10004,"say ""x""",2,2010-12-01,1.5,1,United Kingdom',
      { invoice: 9, product: 'POST', qty: 1 },
    ])
    assert.deepEqual(
      malformed.map(({ line }) => line),
      [3, 4, 7, 8, 9, 10],
    )
    assert.equal(lines['skipped'], 1)
    assert.equal(orders['confirmed'], 3)
    assert.ok(addsUp)
  })

  it('an invoice that is interrupted by others is one order', async () => {
    const { orders } = await replayLines(
      'interrupted',
      [
        { invoice: 1, product: 10_000, qty: 5 },
        { invoice: 2, product: 10_000, qty: 5 },
        { invoice: 1, product: 10_001, qty: 90 },
        { invoice: 3, product: 10_001, qty: 10 },
        { invoice: 1, product: 10_000, qty: 1 },
      ],
      '0.99',
    )
    // 11 × 0.99 = 11 of 10000 and 99 of 10001: 3 comes before the end of 1, which then lacks one.
    assert.deepEqual(orders, {
      placed: 3,
      confirmed: 2,
      refused: 1,
      linesConfirmed: 2,
      unitsPlaced: 111,
      unitsConfirmed: 15,
    })
  })

  it('goes on beside others, whatever they do with their units', async () => {
    const lines = [{ invoice: 1, product: 10_000, qty: 5 }]
    await replayLines('beside', lines)
    const db = ['--db', path('beside.db')]
    const mug = ['-w', 'LON', '-p', 'MUG', ...db]
    const done = async (...args: string[]): Promise<void> => {
      const { code, stderr } = await holdfast(...args)
      assert.equal(code, 0, stderr)
    }
    await done('add-stock', ...mug, '-q', '10', '--source', 'S', '--into', 'unsellable')
    await done('write-off', ...mug, '-q', '3', '--reason', 'OLD')
    await done('put-back', ...mug, '-q', '2')
    await done('set-aside', ...mug, '-q', '1', '--reason', 'STAINED')
    await done('count-stock', ...mug, '--on-hand', '9', '--unsellable', '7')
    const [sold] = await holdfastJson<{ id: string }>('sell', ...mug, '-q', '1', '--ship')
    await done('return-goods', '--reservation-id', sold!.id, '-q', '1', ...db)
    assert.deepEqual(
      (await replayLines('beside', lines)).checks.filter(({ ok }) => !ok),
      [],
    )
  })

  it('returns come in, and write-offs go out, where the country is served', async () => {
    const { moved, writeOffs } = await replayLines('returns', [
      { invoice: 1, product: 10_000, qty: 100 },
      { invoice: 'C2', product: 10_000, qty: -7, country: 'Germany' },
      { invoice: 3, product: 10_000, qty: -2, country: 'Germany', description: 'wet damaged' },
      { invoice: 4, product: 10_000, qty: -6, country: 'France' },
    ])
    assert.deepEqual(moved['RECEIVED RETURN'], { entries: 1, units: 7 })
    assert.deepEqual(moved['DAMAGED'], { entries: 1, units: 2 })
    assert.deepEqual(writeOffs, { booked: 1, refused: 1 })
    const at = ['stock', '-w', 'RTM', '-p', '10000', '--db', path('returns.db')]
    const [stock] = await holdfastJson<{ onHand: number }>(...at)
    assert.equal(stock!.onHand, 5)
  })

  it('an order of more products than fit into one step is sold as a whole, or not at all', async () => {
    const soldOut: Line = { invoice: 900_001, product: 99_999, qty: 1000 }
    const small = manyOrders(30, 2500)
    const { orders, moved, addsUp } = await replayLines(
      'large',
      [...small, ...largeOrder(900_000, 2500, 3), ...largeOrder(900_001, 2400, 1), soldOut],
      '0.9',
    )
    assert.ok(addsUp)
    assert.equal(orders['placed'], 32)
    // The second one took 2,000 of its products before it was found that the last one does not fit.
    assert.ok(moved['RETURNED']!.units >= 2000)
    const owner = ['list-reservations', '--db', path('large.db'), '--limit', '1', '--owner']
    const [whole] = await holdfastJson<{ items: { status: string }[] }>(...owner, '900001')
    assert.equal(whole!.items[0]!.status, 'RELEASED')
  })

  it('wants a file of its own, and one that holds orders', async () => {
    const db = path('shop.db')
    await holdfast('init', '--warehouse', 'SF:a', '--db', db)
    await holdfast('add-stock', '-w', 'SF', '-p', 'A', '-q', '1', '--source', 's', '--db', db)
    writeFileSync(path('one.csv'), ordersCsv([{ invoice: 1, product: 10_000, qty: 1 }]))
    writeFileSync(path('no.csv'), 'a,b\n1,2\n')
    const [full, wrong, cover] = await Promise.all([
      holdfast('replay', path('one.csv'), '--db', db),
      holdfast('replay', path('no.csv'), '--db', path('no.db')),
      holdfast('replay', path('one.csv'), '--db', path('no.db'), '--cover', '0'),
    ])
    assert.equal(full.code, 1)
    assert.match(full.stderr, /has stock that is not from a replay/)
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /no column InvoiceNo/)
    assert.equal(cover.code, 2)
  })
})

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { folder, holdfast, holdfastJson } from './support/holdfast.ts'
import { firstDay, ordersCsv } from './support/orders.ts'
import type { Printed } from './support/summary.ts'

const path = folder()
const day = firstDay()
const skip = day === null ? '../shared/data is not there' : false

async function replay(file: string, db: string): Promise<Printed> {
  const [printed] = await holdfastJson<Printed>('replay', file, '--db', db)
  return printed!
}

describe('holdfast replay, the first real day', { skip }, () => {
  const db = path('day.db')

  it('comes to figures that an independent program came to as well', async () => {
    const { addsUp, lines, orders, writeOffs, moved, stock, skipped, verdict } = await replay(
      day!,
      db,
    )
    assert.ok(addsUp)
    assert.ok(verdict.ok)
    assert.deepEqual(lines, {
      read: 3108,
      ordered: 3073,
      returned: 25,
      writtenOff: 1,
      skipped: 9,
      malformed: 0,
    })
    assert.deepEqual([orders['placed'], orders['confirmed'], orders['refused']], [136, 64, 72])
    assert.deepEqual(writeOffs, { booked: 0, refused: 1 })
    assert.equal(moved['RECEIVED OPENING']!.units, 24_469)
    assert.deepEqual(moved['SHIPPED'], { entries: 560, units: 4773 })
    assert.equal(stock['onHand'], 19_878)
    assert.deepEqual(skipped, { POST: 3, DOT: 2, M: 2, D: 1, C2: 1 })
  })

  it('SQLite’s own reading of the file agrees with the summary', () => {
    const file = new DatabaseSync(db, { readOnly: true })
    const moved = file
      .prepare('SELECT type, count(*) AS entries, sum(qty) AS units FROM trail GROUP BY type')
      .all()
    const shipped = moved.find(({ type }) => type === 'SHIPPED')
    assert.deepEqual([shipped!['entries'], shipped!['units']], [560, 4773])
    const total = file
      .prepare('SELECT sum(on_hand) AS onHand, sum(reserved) AS reserved FROM stock')
      .get()
    assert.deepEqual({ ...total }, { onHand: 19_878, reserved: 0 })
    file.close()
  })

  it('run again it does nothing and prints the same; another cover or file is refused', async () => {
    const again = await replay(day!, db)
    assert.deepEqual(again.run.operations, 0)
    assert.equal(again.orders['confirmed'], 64)

    const cover = await holdfast('replay', day!, '--db', db, '--cover', '0.8')
    assert.equal(cover.code, 1)
    assert.match(cover.stderr, /has a replay of .* with --cover 0\.9, not 0\.8/)

    writeFileSync(path('other.csv'), ordersCsv([{ invoice: 1, product: 10_000, qty: 1 }]))
    const other = await holdfast('replay', path('other.csv'), '--db', db)
    assert.equal(other.code, 1)
    assert.match(other.stderr, /is another file or was changed since/)
  })

  it('the table for people says that everything adds up', async () => {
    const { code, stdout } = await holdfast('replay', day!, '--db', db)
    assert.equal(code, 0)
    assert.match(stdout, /^ {2}confirmed +64 {2}4,773 units/m)
    assert.equal([...stdout.matchAll(/^ {2}yes {2}/gm)].length, 9)
    for (const line of stdout.split('\n')) assert.ok(line.length <= 88, line)
  })
})

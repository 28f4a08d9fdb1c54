import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { folder, holdfast, holdfastJson } from './holdfast.ts'

const path = folder()
const db = ['--db', path('shop.db')] as const
const LAPTOP = ['-w', 'SF', '-p', 'LAPTOP'] as const

interface Reservation {
  readonly id: string
  readonly status: string
  readonly qty: number
  readonly expiresAt: number
  readonly createdAt: number
}

describe('the verbs', () => {
  before(async () => {
    const warehouses = ['--warehouse', 'SF:San Francisco', '--warehouse', 'NYC:New York']
    const { code } = await holdfast('init', ...db, ...warehouses, '--capacity', 'SF=100')
    assert.equal(code, 0)
    await holdfast('add-stock', ...LAPTOP, '-q', '10', '--source', 'SUPPLIER', ...db)
  })

  it('take a reservation from reserve to ship', async () => {
    const reserve = ['reserve', ...LAPTOP, '-q', '3', '--ttl-ms', '15m', '--owner', 'cart-1']
    const [made] = await holdfastJson<Reservation>(...reserve, ...db)
    assert.equal(made!.status, 'PENDING')
    assert.equal(made!.expiresAt - made!.createdAt, 900_000)

    const id = ['--reservation-id', made!.id]
    const [confirmed] = await holdfastJson<Reservation>('confirm', ...id, '--qty', '2', ...db)
    assert.deepEqual([confirmed!.status, confirmed!.qty], ['CONFIRMED', 2])
    const [shipped] = await holdfastJson<Reservation>('ship', ...id, ...db)
    assert.equal(shipped!.status, 'SHIPPED')

    const [stock] = await holdfastJson<{ available: number; onHand: number }>(
      'stock',
      ...LAPTOP,
      ...db,
    )
    assert.deepEqual([stock!.available, stock!.onHand], [8, 8])
  })

  it('take no day for a moment of it, nor a time without its zone', async () => {
    const at = (time: string) => holdfast('stock-at', ...LAPTOP, '--time', time, ...db)
    for (const time of ['2026-11-28', '2026-11-28T23:59:59']) {
      const { code, stdout, stderr } = await at(time)
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, /2026-11-28T23:59:59Z or 2026-11-28T23:59:59\+01:00/)
    }
    const { code, stdout } = await at('2999-12-31T23:59:59+01:00')
    assert.equal(code, 0)
    assert.match(stdout, /LAPTOP/)
  })

  it('ask for, approve and list transfers', async () => {
    const move = [
      '--from-warehouse-id',
      'SF',
      '--to-warehouse-id',
      'NYC',
      '-p',
      'LAPTOP',
      '-q',
      '2',
    ]
    const [asked] = await holdfastJson<{ id: string; status: string }>(
      'transfer',
      ...move,
      '--requires-approval',
      ...db,
    )
    assert.equal(asked!.status, 'PENDING_APPROVAL')
    const approve = ['approve-transfer', '--transfer-id', asked!.id, '--actor', 'jo', ...db]
    const [approved] = await holdfastJson<{ status: string; decidedBy: string }>(...approve)
    assert.deepEqual([approved!.status, approved!.decidedBy], ['APPROVED', 'jo'])
    const { stdout } = await holdfast('list-transfers', '--status', 'APPROVED', ...db)
    assert.match(stdout, new RegExp(`^${asked!.id} +APPROVED +2 +LAPTOP +SF +NYC$`, 'm'))
  })

  it('verify the trail, and notice that a remembered position is missing', async () => {
    const { stdout: head } = await holdfast('head', ...db)
    assert.match(head, /^\d+:[0-9a-f]{64}\n$/)
    const fine = await holdfast('verify', '--expect', head.trim(), ...db)
    assert.equal(fine.code, 0)
    assert.match(fine.stdout, /^verified: /)
    assert.ok(fine.stdout.includes(`remember ${head.trim()}`))
    const cut = await holdfast('verify', '--expect', `1:${'0'.repeat(64)}`, ...db)
    assert.equal(cut.code, 1)
    assert.match(cut.stdout, /^NOT VERIFIED: end-missing: /)
  })

  it('print tables that fit 80 columns, times in ISO, milliseconds in JSON', async () => {
    const tables = await Promise.all([
      holdfast('audit', ...db),
      holdfast('explain', ...LAPTOP, ...db),
      holdfast('list-stock', ...db),
      holdfast('list-reservations', ...db),
      holdfast('list-warehouses', ...db),
    ])
    for (const { code, stdout } of tables) {
      assert.equal(code, 0)
      for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line)
      // oxlint-disable-next-line no-control-regex
      assert.doesNotMatch(stdout, /\u001b/, 'no colour where no terminal is')
    }
    assert.match(tables[0].stdout, / \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ /)
    const [entry] = await holdfastJson<{ timestamp: number }>('audit', '--limit', '1', ...db)
    assert.ok(Math.abs(entry!.timestamp - Date.now()) < 600_000)
  })

  it('page lists by cursor, or print all pages', async () => {
    const list = ['list-stock', '--limit', '1', ...db]
    const [page] = await holdfastJson<{ items: unknown[]; cursor: string }>(...list)
    assert.equal(page!.items.length, 1)
    const [next] = await holdfastJson<{ items: unknown[] }>(...list, '--cursor', page!.cursor)
    assert.notDeepEqual(next!.items[0], page!.items[0])
    const all = await holdfastJson<{ items: unknown[] }>(...list, '--all')
    assert.ok(all.length > 1)
  })

  it('change a warehouse and leave the rest of it as it is', async () => {
    const change = ['change-warehouse', '-w', 'SF', '--reorder-threshold', '4', ...db]
    const [changed] = await holdfastJson<Record<string, unknown>>(...change)
    assert.equal(changed!['name'], 'San Francisco')
    assert.equal(changed!['capacity'], 100)
    assert.equal(changed!['reorderThreshold'], 4)
  })
})

import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { folder, holdfast, holdfastJson } from './support/holdfast.ts'

const path = folder()
const db = ['--db', path('shop.db')] as const
const LAPTOP = ['-w', 'SF', '-p', 'LAPTOP'] as const

interface Reservation {
  readonly id: string
  readonly status: string
  readonly qty: number
  readonly released: number
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
    assert.deepEqual([confirmed!.status, confirmed!.qty, confirmed!.released], ['CONFIRMED', 3, 1])
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
    for (const [time, right] of [
      ['2026-11-28', /2026-11-28T00:00:00Z .*2026-11-28T23:59:59\.999Z .*\+01:00/],
      ['2026-11-28T23:59:59', /2026-11-28T23:59:59Z or 2026-11-28T23:59:59\+01:00/],
    ] as const) {
      const { code, stdout, stderr } = await at(time)
      assert.deepEqual([code, stdout], [2, ''])
      assert.match(stderr, right)
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

  it('say how a trail that was limited goes on', async () => {
    const [last] = (await holdfastJson<{ seq: number }>('audit', ...db)).slice(-1)
    const { seq } = last!
    const short = await holdfast('audit', '--limit', '2', ...db)
    assert.equal(short.stdout.trimEnd().split('\n').length, 3)
    assert.equal(short.stderr, 'There are more: --after 2 continues.\n')
    const after = ['audit', '--after', String(seq - 2), ...db]
    for (const limit of ['2', '3', '200', '201'])
      assert.equal((await holdfast(...after, '--limit', limit)).stderr, '', limit)
    assert.equal((await holdfastJson(...after, '--limit', '1')).length, 1)
  })

  it('page lists by cursor, or print all pages', async () => {
    const list = ['list-stock', '--limit', '1', ...db]
    const [page] = await holdfastJson<{ items: unknown[]; cursor: string }>(...list)
    assert.equal(page!.items.length, 1)
    const [next] = await holdfastJson<{ items: unknown[] }>(...list, '--cursor', page!.cursor)
    assert.notDeepEqual(next!.items[0], page!.items[0])
    const all = await holdfastJson<{ items: unknown[] }>(...list, '--all')
    assert.ok(all.length > 1)
    // A column that only a later page needs comes with a header of its own.
    await holdfast('add-stock', '-w', 'SF', '-p', 'ZZZ', '-q', '1', '--source', 'S', ...db)
    await holdfast('set-aside', '-w', 'SF', '-p', 'ZZZ', '-q', '1', '--reason', 'R', ...db)
    const { stdout } = await holdfast(...list, '--all')
    const headers = stdout.split('\n').filter((line) => line.startsWith('PRODUCT'))
    assert.deepEqual([headers.length, headers.at(-1)!.includes('UNSELLABLE')], [2, true])
  })

  it('go on with all holds of an owner, as a table and as JSON', async () => {
    const pen = ['-w', 'NYC', '-p', 'PEN'] as const
    await holdfast('add-stock', ...pen, '-q', '9', '--source', 'S', ...db)
    const mine = [...pen, '--ttl-ms', '1h', '--owner', 'cart-9', ...db]
    for (const qty of ['1', '2']) await holdfast('reserve', '-q', qty, ...mine)
    const of = ['--of', 'owner:cart-9', ...db]
    const [longer] = await holdfastJson<{ reservations: Reservation[]; seq: number }>(
      ...['extend-all', '--ttl-ms', '2h', ...of],
    )
    assert.deepEqual(
      longer!.reservations.map(({ qty, expiresAt, createdAt }) => [qty, expiresAt > createdAt]),
      [
        [1, true],
        [2, true],
      ],
    )
    const { code, stdout } = await holdfast('release-all', ...of)
    const [header, ...lines] = stdout.split('\n')
    assert.equal(code, 0)
    assert.equal(header, `RESERVATION${' '.repeat(25)}  STATUS    QTY  OPEN  PRODUCT  IN   OWNER`)
    const rows = longer!.reservations.map(
      ({ id, qty }) => `${id}  RELEASED    ${qty}     0  PEN      NYC  cart-9`,
    )
    assert.deepEqual(lines, [...rows, `seq ${longer!.seq + 2}`, ''])
    const none = await holdfast('confirm-all', ...of)
    assert.deepEqual([none.code, none.stdout.split('\n').length], [0, 3])
    const wrong = await holdfast('release-all', '--of', 'cart-9', ...db)
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /like owner:cart-17, or group:order-4711/)
  })

  it('do a part, and show what is open, and whose document it was', async () => {
    const mug = ['-w', 'SF', '-p', 'MUG'] as const
    const reference = ['--reference', 'order:47:11', '--group', 'g-1']
    await holdfast('add-stock', ...mug, '-q', '10', '--source', 'S', ...reference, ...db)
    const reserve = ['reserve', ...mug, '-q', '5', '--ttl-ms', '15m', ...reference, ...db]
    const [hold] = await holdfastJson<Reservation>(...reserve)
    const id = ['--reservation-id', hold!.id]
    const confirmed = await holdfast('confirm', ...id, '-q', '3', '--rest', 'hold', ...db)
    assert.match(confirmed.stdout, /^open +3$/m)
    assert.match(confirmed.stdout, /^released +2$/m)
    assert.match(
      confirmed.stdout,
      /\n\nthe rest\nreservation +\S{36}\nstatus +PENDING\nholds +2 of MUG/,
    )
    await holdfast('ship', ...id, '-q', '1', ...db)
    const list = await holdfast('list-reservations', '-p', 'MUG', '--group', 'g-1', ...db)
    const lines = list.stdout.split('\n')
    assert.equal(
      lines[0],
      `RESERVATION${' '.repeat(25)}  STATUS     QTY  OPEN  PRODUCT  IN  EXPIRES`,
    )
    assert.equal(lines[2], `${hold!.id}  CONFIRMED    5     2  MUG      SF  -`)
    const back = await holdfast('return-goods', ...id, '-q', '1', ...db)
    assert.match(back.stdout, /^came back +1$/m)
    const aside = await holdfast('set-aside', ...mug, '-q', '2', '--reason', 'SAMPLE', ...db)
    assert.match(aside.stdout, /ALLOCATED {2}UNSELLABLE {2}ON HAND\nMUG +SF +3 +2 +2 +3 +10\n/)
    const plain = await holdfast('stock', ...LAPTOP, ...db)
    assert.doesNotMatch(plain.stdout, /UNSELLABLE/)
    const why = await holdfast('explain', ...mug, ...db)
    assert.match(why.stdout, /2 held \+ 2 allocated \+ 3 unsellable = 10 on hand/)
    for (const line of why.stdout.split('\n')) assert.ok(line.length <= 80, line)
    const audit = (...flags: string[]) => holdfastJson<{ type: string }>('audit', ...flags, ...db)
    const types = (await audit('--reference', 'order:47:11')).map(({ type }) => type)
    assert.deepEqual(types, ['RECEIVED', 'RESERVED'])
    assert.ok((await audit('--group', 'g-1')).length > 2)
  })

  it('count as of a seq or a time, and say what a flag must be like', async () => {
    const cup = ['-w', 'SF', '-p', 'CUP'] as const
    const [added] = await holdfastJson<{ seq: number }>(
      ...['add-stock', ...cup, '-q', '10', '--source', 'S', ...db],
    )
    await holdfast('remove-stock', ...cup, '-q', '3', '--reason', 'LOST', ...db)
    const count = async (asOf: string, onHand: string): Promise<number | string> => {
      const line = ['count-stock', ...cup, '--on-hand', onHand, '--as-of', asOf, ...db]
      const [level] = await holdfastJson<{ onHand?: number; code: string }>(...line)
      return level!.onHand ?? level!.code
    }
    // Ten stood there then, as was counted: the three that went since stay gone.
    assert.equal(await count(String(added!.seq), '10'), 7)
    assert.equal(await count(String(Date.now()), '9'), 9)
    assert.equal(await count(String(added!.seq), '9'), 'STOCK_CHANGED')
    assert.equal(await count('2001-01-01T00:00:00Z', '1'), 'STOCK_CHANGED')
    const [stale] = await holdfastJson<{ code: string }>(
      ...['set-aside', ...cup, '-q', '1', '--reason', 'R', '--if-seq', String(added!.seq), ...db],
    )
    assert.equal(stale!.code, 'STOCK_CHANGED')
    const wrong = [
      ['--as-of', '2026-11-28'],
      ['--as-of', 'now'],
      ['--as-of', '-1'],
      ['--reference', 'order'],
      ['--reference', ':4711'],
    ]
    for (const [name, text] of wrong) {
      const { code } = await holdfast(
        ...['count-stock', ...cup, '--on-hand', '1', `${name!}=${text!}`, ...db],
      )
      assert.equal(code, 2, `${name!} ${text!}`)
    }
  })

  it('move reservations with a transfer, and show them', async () => {
    const [hold] = await holdfastJson<Reservation>(
      ...['reserve', ...LAPTOP, '-q', '1', '--ttl-ms', '15m', ...db],
    )
    const { stdout } = await holdfast(
      ...['transfer', '--from-warehouse-id', 'SF', '--to-warehouse-id', 'NYC', '-p', 'LAPTOP'],
      ...['-q', '1', '--reservations', hold!.id, ...db],
    )
    assert.match(
      stdout,
      /\n\nRESERVATION +STATUS +QTY +OPEN +PRODUCT +IN +EXPIRES\n\S{36} +PENDING +1 +1 +LAPTOP +NYC +\S+Z\n/,
    )
  })

  it('close a warehouse, and open it again', async () => {
    const opened = ['change-warehouse', '-w', 'OUTLET', ...db]
    assert.equal((await holdfast(...opened, '--name', 'Outlet', '--sells', 'no')).code, 0)
    const list = await holdfast('list-warehouses', ...db)
    assert.match(list.stdout, /LOW AT {2}SELLS\n/)
    assert.match(list.stdout, /^OUTLET +Outlet +0 +- +0 +no$/m)
    const [kept] = await holdfastJson<{ sells: boolean }>(...opened, '--reorder-threshold', '1')
    assert.equal(kept!.sells, false)
    const close = ['close-warehouse', '-w', 'OUTLET', '--actor', 'ann', ...db]
    assert.match(
      (await holdfast(...close)).stdout,
      /SELLS {2}CLOSED\nOUTLET .*no {5}yes *\nseq \d+\n$/,
    )
    assert.doesNotMatch((await holdfast('list-warehouses', ...db)).stdout, /OUTLET/)
    assert.match((await holdfast(...close)).stderr, /^refused: WAREHOUSE_NOT_FOUND/)
    assert.match((await holdfast(...opened)).stderr, /OUTLET is new: it needs a --name/)
    const [again] = await holdfastJson<{ closed: boolean }>(...opened, '--name', 'Outlet')
    assert.equal(again!.closed, false)
    const [full] = await holdfastJson<{ code: string }>('close-warehouse', '-w', 'SF', ...db)
    assert.equal(full!.code, 'WAREHOUSE_IN_USE')
  })

  it('change a warehouse and leave the rest of it as it is', async () => {
    const change = ['change-warehouse', '-w', 'SF', '--reorder-threshold', '4', ...db]
    const [changed] = await holdfastJson<Record<string, unknown>>(...change)
    assert.equal(changed!['name'], 'San Francisco')
    assert.equal(changed!['capacity'], 100)
    assert.equal(changed!['reorderThreshold'], 4)
  })

  it('list what is low', async () => {
    const low = async (units: string): Promise<string> => {
      const change = ['change-warehouse', '-w', 'SF', '--product-threshold', `LAPTOP=${units}`]
      assert.equal((await holdfast(...change, ...db)).code, 0)
      return (await holdfast('list-stock', '-w', 'SF', '--low', ...db)).stdout
    }
    assert.match(await low('1000'), /^LAPTOP +SF /m)
    assert.doesNotMatch(await low('0'), /LAPTOP/)
  })
})

import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '../../model/audit-entry.ts'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, START, TTL, type MakeShop } from './fixture.ts'

/** What the trail can answer: the counts at a past time, and the reason for the counts. */
export function stockAtAndExplain(makeShop: MakeShop): void {
  test('stockAt returns what a read would have returned then, including expired holds', async (t) => {
    const { inventory, clock, began, socks, hold } = await openFixture(t, makeShop)
    const at = async (time: number): Promise<string> => {
      const { available, held, allocated, seq } = await inventory.stockAt({ ...SOCK, time })
      return `${available}/${held}/${allocated} ${seq - began}`
    }
    await socks(10)
    clock.set(START + 100)
    const sold = await hold(2, 1_000)
    const lost = await hold(3, 50)
    clock.set(START + 120)
    await inventory.extend({ reservationId: lost, ttlMs: 100 })
    clock.set(START + 200)
    await inventory.confirm({ reservationId: sold, qty: 1 })
    clock.set(START + 300)
    await hold(8)
    clock.set(START + 400)
    deepEqual(
      await Promise.all(
        [0, 99, 100, 119, 151, 200, 220, 221, 299, 300, 99_999].map((ms) => at(START + ms)),
      ),
      [
        '10/0/0 1',
        '10/0/0 1',
        '5/5/0 3',
        '5/5/0 3',
        '5/5/0 4',
        '6/3/1 6',
        '6/3/1 6',
        '9/0/1 6',
        '9/0/1 6',
        '1/8/1 8',
        '9/0/1 8',
      ],
    )
    const never = await inventory.stockAt({ ...SOCK, time: START - 1 })
    deepEqual([never.onHand, never.seq], [0, 0])
    for (const time of [-1, 1.5, NaN, '0', undefined])
      equal(
        (await refusal(() => inventory.stockAt({ ...SOCK, time: time as number }))).code,
        'INVALID_INPUT',
      )
  })

  test('stockAt tells of a warehouse that is closed now, at any time before', async (t) => {
    const { inventory, clock, socks } = await openFixture(t, makeShop)
    clock.set(START + 10)
    await socks(2)
    clock.set(START + 20)
    await inventory.removeStock({ ...SOCK, qty: 2, reason: 'LOST' })
    clock.set(START + 30)
    await inventory.closeWarehouse({ warehouseId: 'SF' })
    const onHand = async (ms: number) =>
      (await inventory.stockAt({ ...SOCK, time: START + ms })).onHand
    deepEqual(await Promise.all([0, 10, 19, 20, 29, 30].map(onHand)), [0, 2, 2, 0, 0, 0])
    const never = { warehouseId: 'MOON', productId: 'SOCK', time: START }
    equal((await refusal(() => inventory.stockAt(never))).code, 'WAREHOUSE_NOT_FOUND')
  })

  test('explain adds up: the newest entries, and the expired holds not yet recorded', async (t) => {
    const { inventory, clock, began, socks, hold } = await openFixture(t, makeShop)
    await socks(10)
    await socks(99, 'NYC')
    const first = await hold(2, 10)
    const second = await hold(3, 5)
    await hold(1)
    clock.advance(11)
    const told = await inventory.explain(SOCK)
    const { entries, due, more, moreDue, ...counts } = told
    deepEqual(counts, await inventory.stock(SOCK))
    deepEqual(
      entries.map(({ seq }) => seq - began),
      [5, 4, 3, 1],
    )
    deepEqual(due, [
      { reservationId: second, qty: 3, expiresAt: START + 5 },
      { reservationId: first, qty: 2, expiresAt: START + 10 },
    ])
    deepEqual([more, moreDue], [false, false])
    const gone = due.reduce((sum, { qty }) => sum + qty, 0)
    deepEqual([entries[0]!.available + gone, entries[0]!.held - gone], [told.available, told.held])
    checkChain(entries)
    const short = await inventory.explain({ ...SOCK, limit: 2 })
    deepEqual([short.entries.length, short.more, short.due.length], [2, true, 2])
    const nothing = await inventory.explain({ warehouseId: 'SF', productId: 'NEVER' })
    deepEqual([nothing.onHand, nothing.entries, nothing.due, nothing.more], [0, [], [], false])
    equal((await refusal(() => inventory.explain({ ...SOCK, limit: 0 }))).code, 'INVALID_INPUT')
  })

  test('reads stop when their signal aborts, and refuse options that they do not know', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(3)
    const reads: Record<string, (options: object) => Promise<unknown>> = {
      stockAt: (options) => inventory.stockAt({ ...SOCK, time: 0 }, options),
      explain: (options) => inventory.explain(SOCK, options),
      verify: (options) => inventory.verify(options),
    }
    for (const [name, read] of Object.entries(reads)) {
      const gone = new Error('went away')
      await rejects(read({ signal: AbortSignal.abort(gone) }), gone, name)
      for (const [field, value] of [
        ['singal', AbortSignal.abort()],
        ['signal', 'soon'],
      ]) {
        const refused = await refusal(() => read({ [field as string]: value }))
        deepEqual([refused.code, refused.details['field']], ['INVALID_INPUT', field], name)
      }
      await read({ signal: undefined })
    }
    const feed = inventory.feed({ signal: 'soon' as never })[Symbol.asyncIterator]()
    equal((await refusal(() => feed.next())).details['field'], 'signal')
  })

  test('explain reaches back past many entries of other levels', async (t) => {
    const { inventory, clock, socks, hold } = await openFixture(t, makeShop)
    await socks(900)
    const old = await hold(7, 10)
    for (let round = 0; round < 3; round++) {
      const commands = Array.from(
        { length: 150 },
        () => ({ verb: 'reserve', ...SOCK, qty: 1, ttlMs: TTL }) as const,
      )
      await inventory.batch({ commands })
    }
    clock.advance(11)
    const { due, available, held, entries, more } = await inventory.explain({ ...SOCK, limit: 5 })
    deepEqual([due.map(({ reservationId }) => reservationId), available, held], [[old], 450, 450])
    deepEqual([entries.length, more], [5, true])
    equal((await inventory.stockAt({ ...SOCK, time: START + 11 })).available, 450)
  })
}

/** Newest first: each entry’s balances follow from those of the next one. */
function checkChain(entries: readonly AuditEntry[]): void {
  for (const [index, entry] of entries.entries()) {
    const before = entries[index + 1]
    if (before !== undefined && entry.type === 'RESERVED')
      deepEqual(
        [before.available - entry.qty, before.held + entry.qty],
        [entry.available, entry.held],
      )
  }
}

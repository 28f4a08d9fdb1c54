import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { collect } from '../listing.ts'
import type { FeedFilter } from '../../engine/inventory.ts'
import { failure, refusal } from '../refusal.ts'
import { openFixture, SOCK, type MakeShop } from './fixture.ts'

/** The trail as it grows. */
export function feeds(makeShop: MakeShop): void {
  test('a feed yields what there is and then what comes, each once, until its signal aborts', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    const stop = new AbortController()
    const seen: number[] = []
    await socks(1)
    const reading = (async () => {
      for await (const { seq } of inventory.feed({ after: began, signal: stop.signal })) {
        seen.push(seq - began)
        if (seen.length === 60) stop.abort()
      }
    })()
    for (let i = 0; i < 9; i++) {
      await socks(1)
      if (i % 3 === 0) await pause(3)
    }
    await Promise.all(Array.from({ length: 50 }, () => socks(1)))
    await reading
    deepEqual(
      seen,
      Array.from({ length: 60 }, (_, i) => i + 1),
    )
  })

  test('an aborted feed yields nothing more, even in the middle of a page', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    for (let i = 0; i < 5; i++) await socks(1)
    const stop = new AbortController()
    const seen: number[] = []
    for await (const { seq } of inventory.feed({ after: began, signal: stop.signal })) {
      seen.push(seq - began)
      if (seen.length === 2) stop.abort()
    }
    deepEqual(seen, [1, 2])
  })

  test('a feed takes the filters of the audit, and several can read at once', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    const read = async (filter: object): Promise<number[]> => {
      const seen: number[] = []
      for await (const { seq } of inventory.feed({ after: began, ...filter }))
        seen.push(seq - began)
      return seen
    }
    const reading = [read({ limit: 4 }), read({ warehouseId: 'NYC', limit: 2 })]
    for (const warehouseId of ['SF', 'NYC', 'SF', 'SF', 'NYC']) await socks(1, warehouseId)
    deepEqual(await Promise.all(reading), [
      [1, 2, 3, 4],
      [2, 5],
    ])
  })

  test('a position that the trail does not reach is refused, whatever is looked for', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    await socks(1)
    const after = began + 2
    const { id } = await inventory.reserve({ ...SOCK, qty: 1, ttlMs: 60_000 })
    await inventory.release({ reservationId: id })
    const end = began + 3
    const filters = [
      ...[{}, { type: 'SOLD' }, { warehouseId: 'NYC' }, { productId: 'NOTHING' }],
      ...[{ reservationId: id }, { group: 'order-9' }, { reference: 'order:9' }, { actor: 'ann' }],
    ] as FeedFilter[]
    for (const filter of filters) {
      for (const position of [end + 1, end + 1000]) {
        const asked = { ...filter, after: position, limit: 5 }
        const signal = AbortSignal.timeout(5000)
        for (const read of [inventory.audit(asked), inventory.feed({ ...asked, signal })]) {
          const { code, details } = await refusal(() => collect(read))
          deepEqual([code, details], ['POSITION_AHEAD', { after: position, seq: end }])
        }
      }
      equal((await collect(inventory.audit({ ...filter, after: end }))).length, 0)
    }
    deepEqual(
      (await collect(inventory.feed({ after, limit: 1 }))).map(({ seq }) => seq),
      [end],
    )
  })

  test('a feed throws as soon as the inventory is closed', async (t) => {
    const { inventory, began } = await openFixture(t, makeShop)
    const told = failure(() => collect(inventory.feed({ after: began })))
    await pause(20)
    await inventory.close()
    // Nothing else may keep the process alive: it would end before a feed that notices later.
    const late = pause(100, { code: 'later' })
    equal((await Promise.race([told, late])).code, 'STORE_CLOSED')
  })

  test('a waiting feed ends when it is aborted, and immediately if it already was', async (t) => {
    const { inventory, began } = await openFixture(t, makeShop)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 10)
    for (const after of [began, 0])
      for await (const { seq } of inventory.feed({ after, signal: stop.signal }))
        equal(seq > after, true)
    equal((await collect(inventory.feed({ signal: stop.signal }))).length, 0)
  })
}

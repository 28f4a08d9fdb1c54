import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { collect } from '../listing.ts'
import { failure, refusal } from '../refusal.ts'
import { openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

const ADD = { ...SOCK, qty: 1, source: 'SUPPLIER' }

/** Options of a call: signals and scopes; also counters, closing, and execute. */
export function calls(makeShop: MakeShop): void {
  test('execute does what the verb does', async (t) => {
    const { inventory, began } = await openFixture(t, makeShop)
    const answer = await inventory.execute({ verb: 'addStock', ...SOCK, qty: 2, source: 'SHOP' })
    deepEqual(answer, await inventory.stock(SOCK))
    equal(answer.seq, began + 1)
  })

  test('a backup needs the path of a file', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    for (const path of ['', 'a\0b', undefined, 7])
      equal((await refusal(() => inventory.backup(path as string))).code, 'INVALID_INPUT')
  })

  test('a command whose signal is already aborted is not executed', async (t) => {
    const { inventory, counts } = await openFixture(t, makeShop)
    const reason = new Error('the shopper left')
    const [outcome] = await Promise.allSettled([
      inventory.addStock(ADD, { signal: AbortSignal.abort(reason) }),
    ])
    equal(outcome.status === 'rejected' && outcome.reason, reason)
    equal(await counts(), '0/0/0')
  })

  test('a signal that aborts too late changes nothing', async (t) => {
    const { inventory, counts } = await openFixture(t, makeShop)
    const stop = new AbortController()
    const { available } = await inventory.addStock(ADD, { signal: stop.signal })
    stop.abort()
    equal(available, 1)
    equal(await counts(), '1/0/0')
  })

  test('the same idempotency key in different scopes is not the same key', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(10)
    const reserve = (qty: number, scope?: string) =>
      inventory.reserve({ ...SOCK, qty, ttlMs: TTL, idempotencyKey: 'k' }, { scope })
    const none = await reserve(1)
    const ann = await reserve(2, 'ann')
    const bob = await reserve(3, 'bob')
    deepEqual(
      [await reserve(1), await reserve(2, 'ann'), await reserve(3, 'bob')],
      [none, ann, bob],
    )
    const inBatch = await inventory.batch(
      { commands: [{ verb: 'reserve', ...SOCK, qty: 2, ttlMs: TTL, idempotencyKey: 'k' }] },
      { scope: 'ann' },
    )
    deepEqual(inBatch.answers[0], { ok: true, replayed: true, ...ann })
    equal(await counts(), '4/6/0')
  })

  test('it counts commands, batches and refusals', async (t) => {
    const { inventory, socks, hold } = await openFixture(t, makeShop)
    const before = inventory.stats()
    await Promise.all(Array.from({ length: 100 }, () => socks(1)))
    await Promise.allSettled([hold(101), hold(102), inventory.ship({ reservationId: 'nobody' })])
    const { queued, batches, commands, refusals, readOnly, sizes, commitSeconds } =
      inventory.stats()
    equal(commands - before.commands, 103)
    ok(
      batches - before.batches >= 1 && batches - before.batches < 100,
      'waiting commands share a commit',
    )
    deepEqual([queued, readOnly], [0, false])
    deepEqual([sizes.count, commitSeconds.count], [batches, batches])
    equal(sizes.sum - before.sizes.sum, 100)
    ok(commitSeconds.sum > 0)
    deepEqual([refusals['INSUFFICIENT_STOCK'], refusals['RESERVATION_NOT_FOUND']], [2, 1])
  })

  test('closing commits what was given, and accepts nothing more', async (t) => {
    const { inventory, open } = await openFixture(t, makeShop)
    const given = Promise.all(Array.from({ length: 500 }, () => inventory.addStock(ADD)))
    const closing = inventory.close()
    const late = failure(() => inventory.addStock(ADD))
    equal((await given).length, 500)
    await closing
    await inventory.close()
    equal((await late).code, 'STORE_CLOSED')
    for (const call of [
      () => inventory.addStock(ADD),
      () => inventory.batch({ commands: [{ verb: 'addStock', ...ADD }] }),
      () => inventory.changeWarehouse({ id: 'SF', name: 'other' }),
      () => inventory.stock(SOCK),
      () => inventory.listStock(),
      () => inventory.getReservation({ reservationId: 'x' }),
      () => inventory.listWarehouses(),
      () => collect(inventory.audit()),
      () => collect(inventory.feed()),
      () => inventory.stockAt({ ...SOCK, time: 0 }),
      () => inventory.explain(SOCK),
      () => inventory.head(),
      () => inventory.verify(),
    ])
      equal((await failure(call)).code, 'STORE_CLOSED', String(call))
    const again = await open()
    equal((await again.stock(SOCK)).available, 500)
  })

  test('`await using` closes', async (t) => {
    const { inventory, open } = await openFixture(t, makeShop)
    await inventory.close()
    let kept: Awaited<ReturnType<typeof open>>
    {
      await using scoped = await open()
      await scoped.addStock(ADD)
      kept = scoped
    }
    equal((await failure(() => kept.stock(SOCK))).code, 'STORE_CLOSED')
    equal((await (await open()).stock(SOCK)).available, 1)
  })
}

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { MOVE, openFixture, SOCK, type MakeShop } from './fixture.ts'

/** Proving the trail. */
export function verify(makeShop: MakeShop): void {
  test('verify proves it all, and notices a trail that was cut off or rewritten', async (t) => {
    const { inventory, socks, hold } = await openFixture(t, makeShop)
    const empty = await inventory.head()
    await socks(10)
    await inventory.confirm({ reservationId: await hold(2) })
    const { seq, hash } = await inventory.head()
    await hold(1)
    const told: number[] = []
    const verdict = await inventory.verify({
      expect: { seq, hash },
      onProgress: (done) => told.push(done.seq),
    })
    const head = await inventory.head()
    deepEqual(
      [verdict.ok, verdict.seq, verdict.hash, verdict.entries],
      [true, head.seq, head.hash, head.seq],
    )
    equal(told.at(-1), head.seq)
    equal((await inventory.verify({ expect: empty })).ok, true)
    for (const expect of [
      { seq: head.seq + 1, hash },
      { seq, hash: 'f'.repeat(64) },
      { seq: seq + 1, hash },
    ]) {
      const wrong = await inventory.verify({ expect })
      ok(!wrong.ok)
      equal(wrong.fault.what, 'end-missing')
    }
    await checkInvariants(inventory)
  })

  test('what onProgress throws, or rejects with if it is async, the caller of verify hears', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(10)
    const gone = new Error('the terminal is gone')
    const thrown = (): void => {
      throw gone
    }
    for (const onProgress of [thrown, async () => Promise.reject(gone)])
      equal(await inventory.verify({ onProgress }).catch((error: unknown) => error), gone)
  })

  test('a remembered position that is malformed is invalid input, and accuses nobody', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(1)
    const { seq, hash } = await inventory.head()
    for (const expect of [
      ...[null, '', 'x', 3, [], {}, { seq }, { hash }],
      ...[String(seq), -1, 0.5, NaN, null, 2 ** 53].map((wrong) => ({ seq: wrong, hash })),
      ...['', 'f', 'F'.repeat(64), `${hash} `, null, 1].map((wrong) => ({ seq, hash: wrong })),
    ]) {
      const { code } = await refusal(() => inventory.verify({ expect: expect as never }))
      equal(code, 'INVALID_INPUT', JSON.stringify(expect))
    }
  })

  test('what was loaded names its newest entry, and each entry the one before it', async (t) => {
    const { inventory, clock, socks, hold, open } = await openFixture(t, makeShop)
    await socks(10)
    const move = { ...MOVE, qty: 1 }
    const asked = await inventory.transfer({ ...move, requiresApproval: true })
    const [kept, over] = [await hold(2), await hold(3, 5)]
    await inventory.extend({ reservationId: kept, ttlMs: 90_000 })
    await inventory.extend({ reservationId: over, ttlMs: 10 })
    await inventory.close()
    clock.advance(20)
    const again = await open()
    await again.reserve({ ...SOCK, qty: 8, ttlMs: 5 }) // needs the units of the expired hold
    await again.confirm({ reservationId: kept })
    await again.rejectTransfer({ transferId: asked.id })
    await checkInvariants(again)
  })

  test('verify stops when it is aborted', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(1)
    const reason = new Error('not that important')
    const [verdict] = await Promise.allSettled([
      inventory.verify({ signal: AbortSignal.abort(reason) }),
    ])
    equal(verdict.status === 'rejected' && verdict.reason, reason)
  })

  test('verify works while a writer is busy', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(1)
    const busy = Promise.all(
      Array.from({ length: 500 }, () => inventory.addStock({ ...SOCK, qty: 1, source: 'S' })),
    )
    for (let i = 0; i < 5; i++) deepEqual((await inventory.verify()).ok, true)
    await busy
    await checkInvariants(inventory)
  })
}

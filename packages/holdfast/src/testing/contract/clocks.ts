import { equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { failure, refusal } from '../refusal.ts'
import { openScene, START, type MakeShop } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const FOUR_MINUTES = 4 * 60_000

/** Clocks that are wrong, and clocks that jump. */
export function clocks(makeShop: MakeShop): void {
  test('a trail more than five minutes ahead of the clock is refused, unless told otherwise', async (t) => {
    const { inventory, clock, open, socks } = await openScene(t, makeShop)
    await socks(1)
    await inventory.close()
    clock.set(START - FOUR_MINUTES)
    await (await open()).close()
    clock.set(START - 5 * 60_000 - 1)
    equal((await failure(() => open())).code, 'CLOCK_BEHIND')
    const again = await open({ allowClockBehind: true })
    await again.addStock({ ...SOCK, qty: 1, source: 'S' })
    equal((await again.head()).at, START)
    equal((await again.verify()).ok, true)
  })

  test('a wall clock that jumps is not followed, but reported', async (t) => {
    const warnings: string[] = []
    const { inventory, clock, socks, hold, counts } = await openScene(t, makeShop, {
      onWarning: ({ message }) => warnings.push(message),
    })
    await socks(5)
    await hold(5, 1_000)
    clock.set(START + 24 * 60 * 60_000)
    equal(await counts(), '0/5/0')
    equal((await refusal(() => hold(1))).code, 'INSUFFICIENT_STOCK')
    equal(warnings.length, 1)
    match(warnings[0]!, /clock/)
    clock.advance(1_001)
    equal(await counts(), '5/0/0')
    await hold(1)
    equal((await inventory.head()).at, START + 1_001)
    equal(warnings.length, 1)
  })

  test('a clock with fractions writes whole milliseconds', async (t) => {
    const { inventory, clock, began, socks } = await openScene(t, makeShop)
    clock.advance(0.75)
    await socks(1)
    for await (const { timestamp } of inventory.audit({ after: began })) equal(timestamp, START)
  })
}

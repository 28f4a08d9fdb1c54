import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { failure, refusal } from '../refusal.ts'
import { openFixture, SOCK, START, type MakeShop } from './fixture.ts'

const MINUTE = 60_000
const FOUR_MINUTES = 4 * MINUTE
const HOUR = 60 * MINUTE

/** Clocks that are wrong, and clocks that jump. */
export function clocks(makeShop: MakeShop): void {
  test('a trail more than five minutes ahead of the clock is refused, unless told otherwise', async (t) => {
    const { inventory, clock, open, socks } = await openFixture(t, makeShop)
    await socks(1)
    await inventory.close()
    clock.set(START - FOUR_MINUTES)
    await (await open()).close()
    clock.set(START - 5 * MINUTE - 1)
    equal((await failure(() => open())).code, 'CLOCK_BEHIND')
    const again = await open({ allowClockBehind: true })
    await again.addStock({ ...SOCK, qty: 1, source: 'S' })
    equal((await again.head()).at, START)
    equal((await again.verify()).ok, true)
  })

  test('while a clock tells what is no time, its last one is used', async (t) => {
    const warnings: string[] = []
    let wrong: number | null = null
    const { inventory, socks, open } = await openFixture(t, makeShop, {
      clock: () => wrong ?? START,
      monotonicClock: undefined,
      uptimeClock: undefined,
      onWarning: ({ message }) => warnings.push(message),
    })
    await socks(9)
    const values = [NaN, Infinity, -1, 2 ** 60]
    for (const [index, value] of values.entries()) {
      wrong = value
      const { expiresAt } = await inventory.reserve({ ...SOCK, qty: 1, ttlMs: MINUTE })
      equal(expiresAt, START + MINUTE)
      wrong = null
      equal((await inventory.stock(SOCK)).held, index + 1)
    }
    deepEqual(
      warnings,
      values.map((value) => `the clock tells ${value}, which is no time: its last one is used`),
    )
    equal((await inventory.verify()).ok, true)
    await inventory.close()
    for (const value of values)
      equal((await refusal(() => open({ clock: () => value }))).code, 'INVALID_INPUT')
  })

  test('a wall clock that jumps is reported, and not followed', async (t) => {
    const warnings: string[] = []
    const { inventory, clock, socks, hold, counts } = await openFixture(t, makeShop, {
      onWarning: ({ message }) => warnings.push(message),
    })
    await socks(5)
    await hold(5, 1_000)
    clock.set(START + 24 * HOUR)
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

  test('a machine that slept is believed immediately: holds that ended meanwhile have expired', async (t) => {
    const warnings: string[] = []
    const { inventory, clock, socks, hold, counts } = await openFixture(t, makeShop, {
      onWarning: ({ message }) => warnings.push(message),
    })
    await socks(2)
    await hold(2, 15 * MINUTE)
    clock.sleep(2 * HOUR)
    equal(await counts(), '2/0/0')
    await hold(2)
    equal((await inventory.head()).at, START + 2 * HOUR)
    equal(inventory.stats().clock.state, 'steady')
    deepEqual(warnings, [])
  })

  test('a clock that was set is believed once it has been stable for five minutes', async (t) => {
    const warnings: string[] = []
    const { inventory, clock, socks, hold, counts } = await openFixture(t, makeShop, {
      onWarning: ({ message }) => warnings.push(message),
    })
    const state = () => {
      const { now, state: name, offMs, since } = inventory.stats().clock
      return [now - START, name, offMs, since === null ? null : since - START]
    }
    deepEqual(state(), [0, 'steady', 0, null])
    await socks(2)
    await hold(2, 15 * MINUTE)
    clock.set(START + 2 * HOUR)
    equal(await counts(), '0/2/0')
    clock.advance(5 * MINUTE - 1)
    equal(await counts(), '0/2/0')
    deepEqual(state(), [5 * MINUTE - 1, 'distrusted', 2 * HOUR, 0])
    clock.advance(1)
    equal(await counts(), '2/0/0')
    deepEqual(state(), [2 * HOUR + 5 * MINUTE, 'steady', 0, null])
    await hold(2)
    equal((await inventory.head()).at, START + 2 * HOUR + 5 * MINUTE)
    deepEqual(warnings, [
      'the clock jumped by 7200 s and is not followed until it has been stable for 300 s',
      'the clock jumped by 7200 s and is followed now',
    ])
  })

  test('after a clock was set back, holds still expire, in twice their time at most', async (t) => {
    const { inventory, clock, socks, hold, counts } = await openFixture(t, makeShop, {
      believeClockAfterMs: 0,
    })
    await socks(2)
    await hold(2, 15 * MINUTE)
    clock.set(START - 2 * HOUR)
    equal(await counts(), '0/2/0')
    clock.advance(30 * MINUTE)
    equal(await counts(), '0/2/0')
    equal(inventory.stats().clock.state, 'slowed')
    clock.advance(2)
    equal(await counts(), '2/0/0')
    await hold(2)
    equal((await inventory.head()).at, START + 15 * MINUTE + 1)
    equal((await inventory.verify()).ok, true)
  })

  test('how long a clock is distrusted is a whole number of milliseconds, a day at most', async (t) => {
    const { open } = await openFixture(t, makeShop)
    for (const believeClockAfterMs of [-1, 0.5, NaN, Infinity, 24 * HOUR + 1]) {
      const { code } = await refusal(() => open({ believeClockAfterMs }))
      equal(code, 'INVALID_INPUT', String(believeClockAfterMs))
    }
  })

  test('a reader does not take back an expiry that it has shown, though nothing was written', async (t) => {
    const { clock, socks, hold, counts } = await openFixture(t, makeShop)
    await socks(1)
    await hold(1, 10_000)
    clock.advance(10_001)
    equal(await counts(), '1/0/0')
    clock.set(START)
    equal(await counts(), '1/0/0')
  })

  test('a clock with fractions writes whole milliseconds', async (t) => {
    const { inventory, clock, began, socks } = await openFixture(t, makeShop)
    clock.advance(0.75)
    await socks(1)
    for await (const { timestamp } of inventory.audit({ after: began })) equal(timestamp, START)
  })
}

import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { AuditEntry } from '../../domain/audit-entry.ts'
import { failure } from '../refusal.ts'
import { until } from './until.ts'
import { openScene, type MakeShop } from './scene.ts'

const BOOT = { warehouseId: 'LA', productId: 'BOOT' }

/** Those who read the trail: in order, at least once, with a position that outlives the process. */
export function consumers(makeShop: MakeShop): void {
  test('a consumer gets every entry in order, old ones and new ones', async (t) => {
    const { inventory, began, socks } = await openScene(t, makeShop)
    await socks(1)
    const seen: number[] = []
    const consumer = await inventory.consume({ name: 'c' }, ({ seq }) => void seen.push(seq))
    await socks(2)
    await Promise.all(Array.from({ length: 300 }, () => socks(1)))
    await until('302 entries', () => seen.length === began + 302)
    deepEqual(
      seen,
      Array.from({ length: began + 302 }, (_, i) => i + 1),
    )
    await consumer.stop()
    equal(consumer.position, began + 302)
    await socks(1)
    await pause(30)
    equal(seen.length, began + 302)
  })

  test('it begins where it is told to, and goes on where it stopped', async (t) => {
    const { inventory, open, began, socks } = await openScene(t, makeShop)
    await socks(1)
    const seen: string[] = []
    const note =
      (name: string) =>
      ({ seq }: AuditEntry) =>
        void seen.push(`${name} ${seq - began}`)
    const end = await inventory.consume({ name: 'end', from: 'end' }, note('end'))
    const two = await inventory.consume({ name: 'two', from: began + 1 }, note('two'))
    await socks(1)
    await until('both', () => seen.length === 2)
    deepEqual(seen.toSorted(), ['end 2', 'two 2'])
    await end.stop()
    await socks(1)
    await until('the third entry', () => seen.length === 3)
    await two.stop()
    await inventory.close()

    const again = await open()
    await again.consume({ name: 'end', from: 0 }, note('end'))
    await until('what came meanwhile', () => seen.includes('end 3'))
    const three = await again.consume({ name: 'two' }, note('two'))
    await again.addStock({ ...BOOT, qty: 1, source: 'S' })
    await until('the fourth entry', () => seen.length === 6)
    deepEqual(seen.slice(3).toSorted(), ['end 3', 'end 4', 'two 4'])
    equal(three.position, began + 4)
  })

  test('a handler that fails gets the same entry again, and none is skipped', async (t) => {
    const { inventory, began, socks } = await openScene(t, makeShop)
    const tries: number[] = []
    const told: unknown[] = []
    let broken = 2
    const consumer = await inventory.consume(
      {
        name: 'c',
        from: began,
        onError: (error, { seq }) => told.push([(error as Error).message, seq - began]),
      },
      async ({ seq }) => {
        tries.push(seq - began)
        await pause(1)
        if (seq === began + 2 && broken-- > 0) throw new Error('pager is down')
      },
    )
    await Promise.all([socks(1), socks(2), socks(3)])
    await until('all three', () => tries.includes(3))
    deepEqual(tries, [1, 2, 2, 2, 3])
    deepEqual(told, [
      ['pager is down', 2],
      ['pager is down', 2],
    ])
    await consumer.stop()
  })

  test('closing waits for the entry in hand, and what was not done comes again', async (t) => {
    const { inventory, open, began, socks } = await openScene(t, makeShop)
    const seen: number[] = []
    await inventory.consume({ name: 'c', from: began }, async ({ seq }) => {
      await pause(20)
      seen.push(seq - began)
    })
    await Promise.all(Array.from({ length: 5 }, () => socks(1)))
    await until('the first entry', () => seen.length > 0)
    await inventory.close()
    const done = seen.length
    await pause(40)
    equal(seen.length, done)
    const again = await open()
    await again.consume({ name: 'c' }, ({ seq }) => void seen.push(seq - began))
    await until('the rest', () => seen.includes(5))
    deepEqual([...new Set(seen)], [1, 2, 3, 4, 5])
  })

  test('who only reads has no consumer', async (t) => {
    const { inventory, open, socks } = await openScene(t, makeShop)
    await socks(1)
    await inventory.close()
    const reader = await open({ readOnly: true })
    equal(reader.readOnly, true)
    equal(
      (await failure(() => reader.consume({ name: 'c' }, () => undefined))).code,
      'STORE_READ_ONLY',
    )
  })
}

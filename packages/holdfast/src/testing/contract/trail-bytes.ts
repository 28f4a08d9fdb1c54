import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { LIMITS } from '../../model/limits.ts'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

const HOLD = { verb: 'reserve', ...SOCK, qty: 1, ttlMs: TTL } as const

/** As much metadata as is allowed, of characters that JSON doubles: 54 KB. */
export function largestMetadata(unit = '"'): Record<string, string> {
  const value = unit.repeat(LIMITS.metadataValueLength)
  const keys = Array.from({ length: LIMITS.metadataKeys }, (_, i) => `${i}`.padEnd(40, 'k'))
  return Object.fromEntries(keys.map((key) => [key, value]))
}

/** How much a few bytes of a call can become in the trail. */
export function trailBytes(makeShop: MakeShop): void {
  test('a list that would repeat its metadata in too many entries is refused, and nobody else is affected', async (t) => {
    const { inventory, socks, counts, began } = await openFixture(t, makeShop)
    await socks(20_000)
    const metadata = largestMetadata()
    const all = { verb: 'atomically', commands: Array.from({ length: 1000 }, () => HOLD) } as const
    const lists = [
      () => inventory.atomically({ ...all, metadata }),
      () => inventory.batch({ commands: all.commands, metadata }),
      () => inventory.batch({ commands: Array.from({ length: 10 }, () => ({ ...all, metadata })) }),
      () => inventory.batch({ commands: Array.from({ length: 10 }, () => all), metadata }),
    ]
    for (const list of lists) equal((await refusal(list)).code, 'INVALID_INPUT')
    equal((await inventory.head()).seq, began + 1)
    const one = await inventory.reserve({ ...SOCK, qty: 1, ttlMs: TTL, metadata })
    equal(one.qty, 1)
    equal(await counts(), '19999/1/0')
    equal(inventory.readOnly, false)
    await checkInvariants(inventory)
  })

  test('a split order counts once for each warehouse that may serve it', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    for (const warehouseId of ['SF', 'NYC', 'LA'])
      await inventory.addStock({ warehouseId, productId: 'SOCK', qty: 500, source: 'S' })
    const metadata = largestMetadata('x')
    const order = { verb: 'fulfillAcrossWarehouses', productId: 'SOCK', ttlMs: TTL } as const
    const list = (qty: number, warehouseOrder?: string[]) => () =>
      inventory.batch({
        metadata,
        commands: Array.from({ length: 100 }, () => ({ ...order, qty, warehouseOrder })),
      })
    equal((await refusal(list(4))).code, 'INVALID_INPUT')
    for (const fits of [list(1), list(4, ['SF', 'NYC'])]) equal((await fits()).answers.length, 100)
    await checkInvariants(inventory)
  })

  test('a command’s texts are not in the entries of other holds that it finds expired', async (t) => {
    const { inventory, clock, socks, began } = await openFixture(t, makeShop)
    await socks(300)
    await inventory.batch({ commands: Array.from({ length: 300 }, () => ({ ...HOLD, ttlMs: 1 })) })
    clock.advance(10)
    const metadata = largestMetadata()
    const hold = { ...SOCK, qty: 300, ttlMs: TTL, actor: 'ann', metadata }
    await inventory.reserve(hold)
    const said: unknown[] = []
    for await (const entry of inventory.audit({ after: began + 301 }))
      said.push([entry.type, entry.actor, Object.keys(entry.metadata).length])
    const returned = ['RETURNED', 'ann', 3]
    deepEqual(said, [...Array.from({ length: 300 }, () => returned), ['RESERVED', 'ann', 51]])
    await checkInvariants(inventory)
  })
}

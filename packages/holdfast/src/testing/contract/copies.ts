import { test } from 'node:test'
import { deepEqual, equal } from 'node:assert/strict'
import { collect } from '../listing.ts'
import { checkInvariants } from '../invariants.ts'
import { openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

const ADD = { verb: 'addStock', ...SOCK, qty: 1, source: 'SUPPLIER' } as const

/** Writes into everything it can reach. */
function scribble(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    scribble(inner)
    try {
      const written = typeof inner === 'number' ? 77 : 'scribbled'
      Object.assign(value, { [key]: written })
    } catch {
      // Frozen is as good as copied.
    }
  }
}

/** Arguments and answers are copies. */
export function copies(makeShop: MakeShop): void {
  test('changing an answer changes nothing in the inventory', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(30)
    await socks(30, 'NYC')
    const reserve = { verb: 'reserve', ...SOCK, qty: 2, ttlMs: TTL } as const
    const move = { fromWarehouseId: 'SF', toWarehouseId: 'LA', productId: 'SOCK', qty: 1 }
    const one = await inventory.reserve(reserve)
    const { answers } = await inventory.atomically({ commands: [reserve, reserve] })
    const legs = await inventory.fulfillAcrossWarehouses({
      productId: 'SOCK',
      qty: 32,
      ttlMs: TTL,
      warehouseOrder: ['NYC', 'SF'],
    })
    const many = await inventory.batch({
      commands: [reserve, { verb: 'atomically', commands: [reserve] }],
    })
    const asked = await inventory.transfer({ ...move, requiresApproval: true })
    const ids = [one, ...answers, ...legs.reservations].map(({ id }) => id)
    const transferId = asked.id

    const read = async (): Promise<unknown[]> => [
      await inventory.stock(SOCK),
      await inventory.listStock(),
      await inventory.listReservations(),
      await inventory.listTransfers(),
      await inventory.listWarehouses(),
      await inventory.getReservation({ reservationId: ids[1]! }),
      await inventory.getTransfer({ transferId }),
      await inventory.explain(SOCK),
      await inventory.head(),
      await collect(inventory.audit()),
    ]
    const before = structuredClone(await read())
    for (const answer of [one, answers, legs, many, asked, await read(), inventory.stats()])
      scribble(answer)
    deepEqual(await read(), before)

    for (const reservationId of ids) scribble(await inventory.confirm({ reservationId }))
    scribble(await inventory.approveTransfer({ transferId }))
    for (const reservationId of ids) await inventory.ship({ reservationId })
    await checkInvariants(inventory)
  })

  test('a command is taken as it was when it was given', async (t) => {
    const { inventory, counts } = await openFixture(t, makeShop)
    const metadata = { order: '7' }
    const one = { ...ADD, qty: 5, metadata }
    const inner = { ...ADD, qty: 7 }
    const all = { verb: 'atomically', commands: [inner] } as const
    const many = { commands: [inner] }
    const given = [
      inventory.execute(one),
      inventory.addStock(one),
      inventory.execute(all),
      inventory.atomically(all),
      inventory.batch(many),
    ]
    for (const command of [one, inner]) Object.assign(command, { qty: -3, productId: '\ud800' })
    Object.assign(metadata, { order: '\ud800' })
    many.commands.length = 0
    await Promise.all(given)
    equal(await counts(), '31/0/0')
    await checkInvariants(inventory)
  })

  test('the same for the other options of a call', async (t) => {
    const { inventory, counts } = await openFixture(t, makeShop)
    const options: { scope: string; timeoutMs: number } = { scope: 'shop', timeoutMs: 30_000 }
    const keyed = { ...ADD, idempotencyKey: 'k' }
    const added = inventory.addStock(keyed, options)
    Object.assign(options, { scope: {}, timeoutMs: -1 })
    await added
    await inventory.addStock(keyed, { scope: 'shop' })
    equal(await counts(), '1/0/0')

    const actor = { actor: 'ann' }
    const changed = inventory.changeWarehouse({ id: 'SF', name: 'Frisco' }, actor)
    Object.assign(actor, { actor: { not: 'a text' } })
    await changed
    equal(inventory.readOnly, false)
    const entries = []
    for await (const entry of inventory.audit({ type: 'WAREHOUSE_CHANGED' })) entries.push(entry)
    equal(entries.at(-1)!.actor, 'ann')
  })

  test('the same for filters, and for the position that a proof expects', async (t) => {
    const { inventory, socks, clock } = await openFixture(t, makeShop)
    await socks(3)
    const place = { ...SOCK }
    const asked = [
      inventory.stock(place),
      inventory.explain(place),
      inventory.stockAt({ ...place, time: clock.now() }),
    ]
    const past = { ...SOCK, time: clock.now() }
    const then = inventory.stockAt(past)
    Object.assign(place, { productId: {} })
    Object.assign(past, { productId: 7, time: 'x' })
    for (const answer of [...(await Promise.all(asked)), await then])
      deepEqual([answer.productId, answer.onHand], ['SOCK', 3])

    const expect = { seq: 1, hash: '0'.repeat(64) }
    const proof = inventory.verify({ expect })
    Object.assign(expect, { seq: 0 })
    equal((await proof).ok, false)
  })

  test('the same for the options of opening', async (t) => {
    const { inventory, open, socks } = await openFixture(t, makeShop)
    await socks(3)
    await inventory.close()
    const options = {
      batchLimit: 10,
      warehouses: undefined as unknown,
      sourcing: { mine: { rank: (offers: readonly unknown[]) => offers as never } } as Record<
        string,
        unknown
      >,
    }
    const opening = open(options as never)
    Object.assign(options, { batchLimit: -1, timeoutMs: Number.NaN })
    options.sourcing['mine'] = 7
    const again = await opening
    const order = { productId: 'SOCK', qty: 1, ttlMs: 1000, strategy: 'mine' }
    equal((await again.fulfillAcrossWarehouses(order)).reservations.length, 1)
  })
}

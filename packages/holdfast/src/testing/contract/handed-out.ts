import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { checkInvariants } from '../invariants.ts'
import { collect } from '../listing.ts'
import { openScene, TTL, type MakeShop } from './scene.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }

/** Writes into everything that it can reach. */
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

/** An answer is the caller's: what he writes into it must not get into the books. */
export function handedOut(makeShop: MakeShop): void {
  test('whoever writes into an answer changes nothing', async (t) => {
    const { inventory, socks } = await openScene(t, makeShop)
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
}

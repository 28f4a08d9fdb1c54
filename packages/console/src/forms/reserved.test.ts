import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory } from 'holdfast'
import { openOf, possibleFor, reservedOf } from './reserved.ts'

const MUG = { warehouseId: 'SF', productId: 'MUG' }

test('the possible actions of a reservation follow from its state and its units', async () => {
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'SF' }],
  })
  await inventory.addStock({ ...MUG, qty: 20, source: 'S' })
  const { id: reservationId } = await inventory.reserve({ ...MUG, qty: 6, ttlMs: 60_000 })
  const seen: [string, number, number, string][] = []
  const look = async (): Promise<void> => {
    const one = await inventory.getReservation({ reservationId })
    const reserved = reservedOf(one)
    const verbs = possibleFor(reserved, one.status).join(' ')
    seen.push([one.status, openOf(one), reserved.away, verbs])
  }
  await look()
  await inventory.release({ reservationId, qty: 1 })
  await inventory.confirm({ reservationId })
  await look()
  await inventory.ship({ reservationId, qty: 2 })
  await look()
  await inventory.cancel({ reservationId })
  await look()
  await inventory.returnGoods({ reservationId, qty: 2 })
  await look()
  deepEqual(seen, [
    ['PENDING', 6, 0, 'confirm extend release moveReservation changeOwner'],
    ['CONFIRMED', 5, 0, 'ship cancel moveReservation changeOwner'],
    ['CONFIRMED', 3, 2, 'ship cancel returnGoods moveReservation changeOwner'],
    ['SHIPPED', 0, 2, 'returnGoods'],
    ['SHIPPED', 0, 0, ''],
  ])
})

test('an expired hold can be sold after all, once', async () => {
  let now = 1_000_000
  await using inventory = await openInventory({
    store: memory(),
    warehouses: [{ id: 'SF', name: 'SF' }],
    clock: () => now,
    sweepMs: 0,
  })
  await inventory.addStock({ ...MUG, qty: 20, source: 'S' })
  const { id: reservationId } = await inventory.reserve({ ...MUG, qty: 6, ttlMs: 1000 })
  now += 1001
  const possible = async (): Promise<readonly string[]> => {
    const one = await inventory.getReservation({ reservationId })
    return possibleFor(reservedOf(one), one.status)
  }
  deepEqual(await possible(), ['confirm'])
  await inventory.confirm({ reservationId, reacquire: true })
  deepEqual(await possible(), [])
})

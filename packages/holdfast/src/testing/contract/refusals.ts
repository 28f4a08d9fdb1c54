import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../model/commands/commands.ts'
import { refusal } from '../refusal.ts'
import { INTO_TINY, NOBODY, REFUSAL_CASES } from './refusal-cases.ts'
import { openFixture, SOCK, type Fixture, type MakeShop } from './fixture.ts'

async function stocked({ inventory, socks, hold }: Fixture): Promise<Record<string, string>> {
  await socks(11)
  await socks(2, 'NYC')
  const moved = (await inventory.transfer({ ...INTO_TINY, qty: 1 })).id
  const held = await hold(3)
  const sold = await hold(2)
  const { seq } = await inventory.confirm({ reservationId: sold })
  return { held, sold, moved, soldSeq: String(seq) }
}

export function refusals(makeShop: MakeShop): void {
  test('a refusal has its details, the same after reopening, and changes nothing', async (t) => {
    const fixture = await openFixture(t, makeShop)
    const ids = await stocked(fixture)
    let { inventory } = fixture
    const before = [await inventory.head(), await inventory.stock(SOCK)]
    for (const attempt of ['first', 'again', 'opened again']) {
      if (attempt === 'opened again') {
        await inventory.close()
        inventory = await fixture.open()
      }
      for (const [what, { command, name, code, details }] of Object.entries(REFUSAL_CASES)) {
        const refused = await refusal(() => inventory.execute(command(ids) as Command))
        const told = `${what}, ${attempt}`
        deepEqual([refused.name, refused.code], [name, code], told)
        deepEqual(sorted(refused.details), sorted(details(ids)), told)
      }
      deepEqual([await inventory.head(), await inventory.stock(SOCK)], before, attempt)
    }
  })

  test('reads refuse what does not exist', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    const moon = { warehouseId: 'MOON', productId: 'SOCK' }
    equal((await refusal(() => inventory.stock(moon))).code, 'WAREHOUSE_NOT_FOUND')
    equal((await refusal(() => inventory.explain(moon))).code, 'WAREHOUSE_NOT_FOUND')
    equal(
      (await refusal(() => inventory.stockAt({ ...moon, time: 0 }))).code,
      'WAREHOUSE_NOT_FOUND',
    )
    for (const id of [NOBODY, 'nobody', '__proto__']) {
      const noReservation = await refusal(() => inventory.getReservation({ reservationId: id }))
      deepEqual(
        [noReservation.code, noReservation.details],
        ['RESERVATION_NOT_FOUND', { reservationId: id }],
      )
      const noTransfer = await refusal(() => inventory.getTransfer({ transferId: id }))
      deepEqual([noTransfer.code, noTransfer.details], ['TRANSFER_NOT_FOUND', { transferId: id }])
    }
  })
}

/** The order of the named reservations is not specified. */
function sorted(details: object): object {
  const { reservations } = details as { reservations?: { id: string }[] }
  if (reservations === undefined) return details
  return { ...details, reservations: reservations.toSorted((a, b) => (a.id < b.id ? -1 : 1)) }
}

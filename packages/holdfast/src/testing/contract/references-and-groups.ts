import { deepEqual, equal, notEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '../../model/audit-entry.ts'
import { checkInvariants } from '../invariants.ts'
import { collect } from '../listing.ts'
import { refusal } from '../refusal.ts'
import { MOVE, openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

const ORDER = { type: 'order', id: '4711' }

/** What commands belong to: documents and groups. */
export function referencesAndGroups(makeShop: MakeShop): void {
  test('an entry has its document and its group, and is found by both', async (t) => {
    const { inventory, began, socks } = await openFixture(t, makeShop)
    await socks(10)
    const hold = { ...SOCK, qty: 2, ttlMs: TTL, reference: ORDER, group: 'o-4711' }
    const { id: reservationId, group } = await inventory.reserve(hold)
    equal(group, 'o-4711')
    await inventory.confirm({ reservationId })
    await inventory.addStock({ ...SOCK, qty: 1, source: 'S', reference: { type: 'po', id: 'a:b' } })
    const entries = await collect(inventory.audit({ after: began + 1 }))
    deepEqual(
      entries.map((one) => [one.type, one.reference, one.group]),
      [
        ['RESERVED', ORDER, 'o-4711'],
        ['SOLD', null, 'o-4711'],
        ['RECEIVED', { type: 'po', id: 'a:b' }, null],
      ],
    )
    const types = async (filter: object): Promise<string[]> =>
      (await collect(inventory.audit(filter))).map(({ type }) => type)
    deepEqual(await types({ group: 'o-4711' }), ['RESERVED', 'SOLD'])
    deepEqual(await types({ reference: 'order:4711' }), ['RESERVED'])
    deepEqual(await types({ reference: 'po:a:b' }), ['RECEIVED'])
    deepEqual(await types({ group: 'o-4711', type: 'SOLD' }), ['SOLD'])
    const { items } = await inventory.listReservations({ group: 'o-4711' })
    deepEqual(
      items.map(({ id }) => id),
      [reservationId],
    )
    await checkInvariants(inventory)
  })

  test('the legs of a split order share a group that was made for them', async (t) => {
    const { inventory, socks, began } = await openFixture(t, makeShop)
    await socks(1)
    await socks(1, 'NYC')
    const split = { productId: 'SOCK', qty: 2, ttlMs: TTL }
    const { reservations } = await inventory.fulfillAcrossWarehouses(split)
    const [one, other] = reservations.map(({ group }) => group)
    notEqual(one, null)
    equal(other, one)
    const entries = await collect(inventory.audit({ after: began + 2 }))
    deepEqual(
      entries.map(({ group }) => group),
      [one, one],
    )
  })

  test('the commands of a list share a group; one with its own keeps it', async (t) => {
    const { inventory, socks } = await openFixture(t, makeShop)
    await socks(10)
    const old = await inventory.reserve({ ...SOCK, qty: 1, ttlMs: TTL, group: 'old' })
    const list = async (more: object): Promise<readonly AuditEntry[]> => {
      const { seq: after } = await inventory.head()
      const { answers } = await inventory.atomically({
        commands: [
          { verb: 'sell', ...SOCK, qty: 1 },
          { verb: 'extend', reservationId: old.id, ttlMs: TTL },
          { verb: 'transfer', ...MOVE, qty: 1 },
          { verb: 'addStock', ...SOCK, qty: 1, source: 'S', group: 'mine', reference: ORDER },
        ],
        ...more,
      })
      const entries = await collect(inventory.audit({ after }))
      equal(answers[0].group, entries[0]!.group)
      equal(answers[2].group, entries[3]!.group)
      return entries
    }
    const groups = (entries: readonly AuditEntry[]) => entries.map(({ group }) => group)
    const made = groups(await list({}))
    const [own] = made
    notEqual(own, null)
    deepEqual(made, [own, own, 'old', own, own, 'mine'])
    const given = await list({ group: 'ours', reference: { type: 'job', id: '7' } })
    deepEqual(groups(given), ['ours', 'ours', 'ours', 'ours', 'ours', 'mine'])
    deepEqual(
      given.map(({ reference }) => reference?.id),
      ['7', '7', '7', '7', '7', '4711'],
    )
    equal((await inventory.getReservation({ reservationId: old.id })).group, 'old')
    equal((await inventory.listTransfers({ group: 'ours' })).items.length, 1)
    const { answers } = await inventory.batch({
      commands: [{ verb: 'sell', ...SOCK, qty: 1 }],
      group: 'batch',
    })
    const [sold] = answers
    equal(sold.ok && sold.group, 'batch')
    await checkInvariants(inventory)
  })

  test('other holds found expired have neither the document nor the group of the command', async (t) => {
    const { inventory, clock, socks, hold } = await openFixture(t, makeShop)
    await socks(2)
    await hold(1, 1)
    await inventory.reserve({ ...SOCK, qty: 1, ttlMs: 1, group: 'theirs' })
    clock.advance(2)
    const { seq: after } = await inventory.head()
    await inventory.atomically({
      commands: [{ verb: 'sell', ...SOCK, qty: 2, reference: ORDER }],
      group: 'mine',
    })
    const entries = await collect(inventory.audit({ after, type: 'RETURNED' }))
    deepEqual(
      entries.map(({ group, reference }) => [group, reference]),
      [
        [null, null],
        ['theirs', null],
      ],
    )
  })

  test('documents and groups are bounded', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    for (const wrong of [
      { group: '' },
      { group: 'x'.repeat(256) },
      { reference: 'order' },
      { reference: { type: 'order' } },
      { reference: { type: 'a:b', id: '1' } },
      { reference: { type: 'x'.repeat(41), id: '1' } },
      { reference: { type: 'order', id: 'x'.repeat(129) } },
      { reference: { type: 'order', id: '1', url: '' } },
    ]) {
      const command = { ...SOCK, qty: 1, source: 'S', ...(wrong as object) }
      equal(
        (await refusal(() => inventory.addStock(command))).code,
        'INVALID_INPUT',
        JSON.stringify(wrong),
      )
    }
  })
}

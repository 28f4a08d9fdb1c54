import { equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Command } from '../../model/commands/commands.ts'
import { checkInvariants } from '../invariants.ts'
import { refusal } from '../refusal.ts'
import { openFixture, SOCK, TTL, type MakeShop } from './fixture.ts'

const POISON = [
  '',
  '\u0000',
  'a\u0000b',
  '\n',
  '\u001f',
  '\u007f',
  '\u0085',
  '\ud800',
  'a\udc00',
  '\udc00\ud800',
]
const ADD = { verb: 'addStock', ...SOCK, qty: 1, source: 'SUPPLIER' } as const

/** One bad string must not make a batch of other commands fail. */
export function invalidInput(makeShop: MakeShop): void {
  test('a poisoned string is refused everywhere, and the other commands succeed', async (t) => {
    const { inventory, socks, counts } = await openFixture(t, makeShop)
    await socks(1)
    const fields: ((text: string) => object)[] = [
      (text) => ({ ...ADD, productId: text }),
      (text) => ({ ...ADD, warehouseId: text }),
      (text) => ({ ...ADD, source: text }),
      (text) => ({ ...ADD, actor: text }),
      (text) => ({ ...ADD, idempotencyKey: text }),
      (text) => ({ ...ADD, metadata: { [text]: 'value' } }),
      (text) => ({ ...ADD, metadata: { key: `x${text || '\u0000'}` } }),
      (text) => ({ verb: 'removeStock', ...SOCK, qty: 1, reason: text }),
      (text) => ({ verb: 'countStock', ...SOCK, onHand: 1, reason: text }),
      (text) => ({ verb: 'reserve', ...SOCK, qty: 1, ttlMs: TTL, owner: text }),
      (text) => ({ verb: 'confirm', reservationId: text }),
      (text) => ({ verb: 'rejectTransfer', transferId: text }),
      (text) => ({
        verb: 'transfer',
        fromWarehouseId: text,
        toWarehouseId: 'NYC',
        productId: 'SOCK',
        qty: 1,
      }),
      (text) => ({
        verb: 'transfer',
        fromWarehouseId: 'SF',
        toWarehouseId: text,
        productId: 'SOCK',
        qty: 1,
      }),
      (text) => ({
        verb: 'fulfillAcrossWarehouses',
        productId: 'SOCK',
        qty: 1,
        ttlMs: TTL,
        warehouseOrder: ['SF', text],
      }),
      (text) => ({
        verb: 'fulfillAcrossWarehouses',
        productId: 'SOCK',
        qty: 1,
        ttlMs: TTL,
        strategy: text,
      }),
      (text) => ({ verb: 'atomically', commands: [ADD, { ...ADD, productId: text }] }),
    ]
    const poisoned = fields.flatMap((field) => POISON.map((text) => field(text) as Command))
    const outcomes = await Promise.allSettled(
      poisoned.flatMap((bad) => [inventory.execute(ADD), inventory.execute(bad)]),
    )
    for (const [index, outcome] of outcomes.entries()) {
      if (index % 2 === 0) equal(outcome.status, 'fulfilled')
      else
        equal(
          outcome.status === 'rejected' && (outcome.reason as { code: string }).code,
          'INVALID_INPUT',
          JSON.stringify(poisoned[index >> 1]),
        )
    }
    equal(await counts(), `${poisoned.length + 1}/0/0`)
    await checkInvariants(inventory)
  })

  test('a list of commands refuses unknown fields', async (t) => {
    const { inventory, counts } = await openFixture(t, makeShop)
    for (const verb of [1n, 'reserve', 'constructor', {}]) {
      const list = { commands: [ADD], idempotencyKey: 'k-1', verb }
      const { code } = await refusal(() => inventory.batch(list as never))
      equal(code, 'INVALID_INPUT')
    }
    await inventory.batch({ commands: [ADD], idempotencyKey: 'k-1' })
    equal(await counts(), '1/0/0')
  })
}

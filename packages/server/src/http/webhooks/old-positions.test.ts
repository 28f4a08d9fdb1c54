import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory } from 'holdfast'
import { forgetOldPositions } from './old-positions.ts'
import type { StoredWebhook } from './stored-webhook.ts'

const WEBHOOK: StoredWebhook = {
  ...{ id: 'w', after: 0, secrets: [], url: 'https://shop.example' },
  ...{ types: null, warehouseId: null, productId: null },
  ...{ createdAt: 0, disabledAt: null, disabledBecause: null, deletedAt: null },
}

test('positions stay until their webhook was moved or deleted long enough ago', async () => {
  const warehouses = [{ id: 'SF', name: 'San Francisco' }]
  await using inventory = await openInventory({ store: memory(), warehouses })
  const stored: StoredWebhook[] = [
    { ...WEBHOOK, id: 'deleted', deletedAt: 1000 },
    { ...WEBHOOK, id: 'moved', moves: 2, movedAt: 2000 },
    { ...WEBHOOK, id: 'used' },
  ]
  const webhooks = new Map(stored.map((one) => [one.id, one]))
  const old = ['webhook:deleted', 'webhook:moved', 'webhook:moved:1']
  const others = ['shop', 'webhook:moved:2', 'webhook:used', 'webhook:unknown']
  for (const name of [...old, ...others]) {
    const consumer = await inventory.consume({ name }, () => undefined)
    await consumer.stop()
  }
  const left = async (before: number): Promise<string[]> => {
    await forgetOldPositions(inventory, webhooks, before)
    const names = (await inventory.consumers()).map(({ name }) => name)
    return names.filter((name) => !others.includes(name)).toSorted()
  }
  deepEqual(await left(999), old)
  deepEqual(await left(1000), old.slice(1))
  deepEqual(await left(1999), old.slice(1))
  deepEqual(await left(2000), [])
  const names = (await inventory.consumers()).map(({ name }) => name)
  deepEqual(names.toSorted(), others.toSorted())
})

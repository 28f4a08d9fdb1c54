import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory, PositionAheadError } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { newSchema, url } from '../../../holdfast/test/postgres/support/place.ts'
import { startService } from '../../src/http/service.ts'
import { shownWebhook } from '../../src/http/schemas/webhooks.ts'
import { WebhookRegistry } from '../../src/http/webhooks/registry.ts'
import { WebhookSender } from '../../src/http/webhooks/sender.ts'
import type { StoredWebhook } from '../../src/http/webhooks/stored-webhook.ts'
import { Receiver } from './support/receiver.ts'
import { caller, WAREHOUSES } from './support/running.ts'
import { until } from './support/until.ts'

const ADD = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }

const WEBHOOK: StoredWebhook = {
  ...{ id: 'w', after: 0, secrets: [], url: 'https://shop.example' },
  ...{ types: null, warehouseId: null, productId: null },
  ...{ createdAt: 0, disabledAt: null, disabledBecause: null, deletedAt: null },
}

const ALONE = {
  allowPrivate: true,
  onGone: () => undefined,
  onStuck: async () => undefined,
  onError: () => undefined,
}

test('a webhook that was moved or deleted leaves no position behind', async (t) => {
  const receiver = await Receiver.open(t)
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  t.after(() => inventory.close())
  const failures: unknown[] = []
  const onError = (error: unknown): void => void failures.push(error)
  const options = { inventory, allowPrivate: true, onError, keepPositionMs: 0 }
  const registry = await new WebhookRegistry(options).start()
  t.after(() => registry.stop())
  const wanted = { url: receiver.url, types: null, warehouseId: null, productId: null, after: 0 }
  const low = { ...wanted, types: ['SOLD', 'stock.low'] }
  const [all, both] = [
    await registry.create(wanted, null, () => undefined),
    await registry.create(low, null, () => undefined),
  ]
  await inventory.consume({ name: 'own' }, () => undefined)
  const names = async (): Promise<string[]> => (await inventory.consumers()).map(({ name }) => name)
  const expected = [`webhook:${all.id}`, `webhook:${both.id}`, `webhook:${both.id}:low`, 'own']
  await until('positions', async () => (await names()).length === 4)
  deepEqual((await names()).toSorted(), expected.toSorted())
  await registry.move(both, 1)
  await registry.remove(all)
  const moved = [`webhook:${both.id}:1`, `webhook:${both.id}:1:low`, 'own']
  await until('the new ones', async () => (await names()).length === 3, 10_000)
  deepEqual([(await names()).toSorted(), failures], [moved.toSorted(), []])
})

test('a webhook whose position the trail does not reach sends nothing, and is no matter to the others', async (t) => {
  const receiver = await Receiver.open(t)
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  t.after(() => inventory.close())
  const { seq } = await inventory.head()
  const wanted = { url: receiver.url, types: null, warehouseId: null, productId: null, after: seq }
  const failures: unknown[] = []
  const onError = (error: unknown): void => void failures.push(error)
  const before = await new WebhookRegistry({ inventory, allowPrivate: true, onError }).start()
  const ahead = await before.create({ ...wanted, after: seq + 9 }, null, () => undefined)
  const other = await before.create(wanted, null, () => undefined)
  await before.stop()
  const again = await new WebhookRegistry({ inventory, allowPrivate: true, onError }).start()
  t.after(() => again.stop())
  await inventory.addStock(ADD)
  // Its position moves on a moment after the delivery.
  await until('the other one is through', () => again.sender(other.id)?.position === seq + 1)
  deepEqual([receiver.received.length, failures.length], [1, 2])
  for (const failure of failures) {
    ok(failure instanceof Error && failure.cause instanceof PositionAheadError)
    match(failure.message, new RegExp(`^the webhook ${ahead.id} sends nothing: the trail ends at`))
  }
  const why = (webhook: StoredWebhook): unknown =>
    lastFailureOf(shownWebhook(webhook, again.sender(webhook.id), seq, seq))
  deepEqual([why(ahead), why(other)], [again.sender(ahead.id)?.ahead?.message, null])
  match(String(why(ahead)), /the trail ends at/)
  await again.move(ahead, seq)
  await until('the moved one sends', () => receiver.received.length > 1)
  equal(why(ahead), null)
})

test('each process tells how far a webhook is, and what it is stuck at, whichever sends', async (t) => {
  const receiver = await Receiver.open(t)
  const schema = newSchema()
  const services = []
  for (let index = 0; index < 2; index++) {
    const store = postgres({ connectionString: url, schema })
    const inventory = await openInventory({ store, warehouses: WAREHOUSES })
    const options = { allowPrivateWebhooks: true, webhookPauseMs: 20 }
    const service = await startService({ inventory, port: 0, ...options })
    t.after(async () => {
      await service.close()
      await inventory.close()
    })
    services.push({ inventory, call: caller(service.url) })
  }
  const [one, other] = services as [(typeof services)[0], (typeof services)[0]]
  await one.call('POST', '/v1/webhooks', { url: receiver.url })
  const { seq } = await one.inventory.addStock(ADD)
  const each = () =>
    Promise.all(
      [one, other].map(async ({ call }) => {
        const { items } = (await call('GET', '/v1/webhooks')).body as { items: Told[] }
        // Another process knows of it half a second later.
        if (items[0] === undefined) return null
        const { position, lag, refusedSeq, lastStatus, failures } = items[0]
        return { position, lag, refusedSeq, lastStatus, isFailing: failures > 0 }
      }),
    )
  const both = (told: object): object[] => [told, told]
  const seen = (told: object) => async () =>
    JSON.stringify(await each()) === JSON.stringify(both(told))
  const well = { lag: 0, refusedSeq: null, lastStatus: null, isFailing: false }
  await until('both know that it is through', seen({ position: seq, ...well }), 15_000)

  receiver.answer = () => 500
  await one.inventory.addStock(ADD)
  const stuck = { position: seq, lag: 1, refusedSeq: seq + 1, lastStatus: 500, isFailing: true }
  await until('both know what it does not take', seen(stuck), 15_000)
  receiver.answer = () => 204
  await until('both know that it goes on', seen({ position: seq + 1, ...well }), 15_000)
  for (const { call } of [one, other])
    match((await call('GET', '/metrics')).text, /^holdfast_feed_lag\{webhook="\w+"\} 0$/m)
  equal(receiver.seqs().at(-1), seq + 1)
})

function lastFailureOf(shown: object): unknown {
  return (shown as { lastFailure: unknown }).lastFailure
}

interface Told {
  readonly position: number
  readonly lag: number
  readonly refusedSeq: number | null
  readonly lastStatus: number | null
  readonly failures: number
}

test('a webhook whose trail was cut back while it ran says so', async (t) => {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  t.after(() => inventory.close())
  const failure = new PositionAheadError('the trail ends at 1', { after: 2, seq: 1 })
  // A trail in memory is never cut back.
  const stopped = { name: 'c', position: 2, failure, stop: async () => undefined }
  const cut = Object.create(inventory, {
    consume: { value: async () => stopped },
  }) as typeof inventory
  const sender = await new WebhookSender({ inventory: cut, webhook: WEBHOOK, ...ALONE }).start()
  equal(lastFailureOf(shownWebhook(WEBHOOK, sender, 2, 1)), 'the trail ends at 1')
})

test('what fails in the sender itself is told', async (t) => {
  const inventory = await openInventory({ store: memory(), warehouses: WAREHOUSES })
  t.after(() => inventory.close())
  const webhook = { ...WEBHOOK, secrets: null as unknown as [] }
  const told = Promise.withResolvers<unknown>()
  const sender = new WebhookSender({ inventory, webhook, ...ALONE, onError: told.resolve })
  await sender.start()
  t.after(() => sender.stop())
  ok((await told.promise) instanceof TypeError)
})

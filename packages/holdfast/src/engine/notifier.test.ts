import { equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { memory, openInventory } from '../index.ts'
import { Notifier } from './notifier.ts'
import { feed } from './read/feed.ts'

test('whoever waits is told of what came since it looked', async () => {
  const notifier = new Notifier()
  const { times } = notifier
  notifier.notify()
  const began = performance.now()
  await notifier.wait(times, 2000)
  const waiting = notifier.wait(notifier.times, 2000)
  notifier.notify()
  await waiting
  ok(performance.now() - began < 1000)
})

test('an entry that comes while the feed looks for it is handed over at once', async (t) => {
  const store = memory()
  const inventory = await openInventory({ store, warehouses: [{ id: 'SF', name: 'SF' }] })
  t.after(() => inventory.close())
  const { reader } = await store.open({ readOnly: true })
  const notifier = new Notifier()
  // On a busy machine it may be handed over later than the feed would look again by itself.
  const wait = notifier.wait.bind(notifier)
  notifier.wait = (times) => wait(times, 5000)
  const { seq: after } = await inventory.head()
  const socks = { warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' }
  let isFirst = true
  const busy = Object.create(reader) as typeof reader
  busy.entries = async (query) => {
    const page = await reader.entries(query)
    if (isFirst) await inventory.addStock(socks)
    if (isFirst) notifier.notify()
    isFirst = false
    return page
  }
  const began = performance.now()
  for await (const entry of feed(busy, notifier, { after, limit: 1 })) equal(entry.seq, after + 1)
  ok(performance.now() - began < 4000)
})

import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { memory } from '../../store/memory/index.ts'
import type { Reader, Writer } from '../../store/store.ts'
import { until } from '../../testing/contract/until.ts'
import { openInventory } from '../open/open-inventory.ts'
import { Consumers } from './consumers.ts'
import { Notifier } from '../notifier.ts'

test('a consumer that could not start leaves its name free', async () => {
  const store = await memory().open({ readOnly: false })
  const { reader } = store
  const consumers = new Consumers(store.writer, new Notifier(), () => undefined)
  const away = Object.create(reader, {
    positions: { value: () => Promise.reject(new Error('no route to host')) },
  }) as typeof reader
  const options = { name: 'c' }
  await rejects(
    consumers.start(away, options, () => undefined),
    /no route to host/,
  )
  const consumer = await consumers.start(reader, options, () => undefined)
  equal(consumer.position, 0)
  await consumers.stop()
  await store.close()
})

/** Reads a trail whose entries after `end` are gone, once it is told so. */
class Restorable {
  end = Infinity
  readonly reader: Reader

  constructor(reader: Reader) {
    const own: Pick<Reader, 'isStandby' | 'positions' | 'head' | 'entries'> = {
      isStandby: () => reader.isStandby(),
      positions: () => reader.positions(),
      head: async () => {
        const head = await reader.head()
        return { ...head, seq: Math.min(head.seq, this.end) }
      },
      entries: async (query) => {
        const page = await reader.entries(query)
        return { ...page, scannedTo: Math.min(page.scannedTo, this.end) }
      },
    }
    this.reader = own as Reader
  }
}

test('a consumer ends where the trail does not reach its position any more, and does not begin there', async (t) => {
  const open = await memory().open({ readOnly: false })
  const inventory = await openInventory({
    store: { kind: 'memory', open: async () => open },
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  t.after(() => inventory.close())
  const warnings: string[] = []
  const consumers = new Consumers(open.writer, new Notifier(), ({ message }) => {
    warnings.push(message)
  })
  t.after(() => consumers.stop())
  const restored = new Restorable(open.reader)
  const seen: number[] = []
  const start = () =>
    consumers.start(restored.reader, { name: 'c' }, ({ seq }) => void seen.push(seq))
  const consumer = await start()
  const why = (): string | undefined => consumer.failure?.code
  equal(why(), undefined)
  await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' })
  await until('both entries', () => seen.length === 2)
  await until('its position', async () => (await open.reader.positions())[0]?.seq === 2)
  restored.end = 1
  await until('the warning', () => warnings.length > 0)
  deepEqual(warnings, ['the consumer c has ended: the trail ends at 1, before the position 2'])
  equal(why(), 'POSITION_AHEAD')
  await rejects(start(), { code: 'POSITION_AHEAD', details: { after: 2, seq: 1 } })
  restored.end = Infinity
  equal((await start()).position, 2)
})

test('however much is written, a failed handler and a process that does not lead wait their time', async (t) => {
  const store = await memory().open({ readOnly: false })
  t.after(() => store.close())
  const notifier = new Notifier()
  let asked = 0
  const writer = store.writer!
  const movePosition: Writer['movePosition'] = async (move) => writer.movePosition(move)
  const lead = async (name: string): Promise<boolean> => name !== 'second' || (asked++, false)
  const own: Pick<Writer, 'carry' | 'movePosition' | 'lead' | 'resign'> = {
    carry: writer.carry,
    movePosition,
    lead,
    resign: async () => undefined,
  }
  const following = own as Writer
  const consumers = new Consumers(following, notifier, () => undefined)
  const busy = setInterval(() => notifier.notify(), 1)
  t.after(async () => {
    clearInterval(busy)
    await consumers.stop()
  })
  const inventory = await openInventory({
    store: { kind: 'memory', open: async () => store },
    warehouses: [{ id: 'SF', name: 'San Francisco' }],
  })
  t.after(() => inventory.close())
  let handled = 0
  await consumers.start(store.reader, { name: 'first' }, () => {
    handled++
    throw new Error('not now')
  })
  await consumers.start(store.reader, { name: 'second' }, () => undefined)
  await until('two tries', () => handled === 2)
  await pause(100)
  // A tenth of a second, two tenths, … of pauses; two seconds.
  ok(handled <= 3, `${handled} tries`)
  equal(asked, 1)
})

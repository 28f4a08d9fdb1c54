import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { Inventory } from '../../engine/inventory.ts'
import type { StoredDocument } from '../../store/store.ts'
import { openScene, type MakeShop } from './scene.ts'
import { until } from './until.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const ADD = { ...SOCK, qty: 1, source: 'S' }

/** What a caller may make of a document once the call was made. */
const LATER: Readonly<Record<string, unknown>> = {
  'an object': {},
  'a BigInt': 1n,
  null: null,
  'a Symbol': Symbol('later'),
  'another text': 'later',
}

type Write = (inventory: Inventory, documents: StoredDocument[]) => Promise<unknown>
const WRITES: Readonly<Record<string, Write>> = {
  'a command': (inventory, documents) => inventory.addStock(ADD, { documents }),
  'a batch': (inventory, documents) =>
    inventory.batch({ commands: [{ verb: 'addStock', ...ADD }] }, { documents }),
  setDocuments: (inventory, documents) => inventory.setDocuments(documents),
}

/** What a caller hands over is the engine's from then on: what was checked is what is done. */
export function changedLater(makeShop: MakeShop): void {
  for (const [how, write] of Object.entries(WRITES)) {
    test(`documents of ${how} that are changed after the call are stored as they were`, async (t) => {
      const { inventory, counts } = await openScene(t, makeShop)
      let name = 0
      for (const value of Object.values(LATER)) {
        const documents = [{ name: `import:${name++}`, value: 'line 17' }]
        const written = write(inventory, documents)
        const neighbour = inventory.addStock({ ...ADD, productId: 'BOOT' })
        Object.assign(documents[0]!, { name: 'consumer:alerts', value })
        documents.push({ name: 'more', value: 'x' })
        await Promise.all([written, neighbour])
      }
      equal(inventory.readOnly, false)
      deepEqual(
        (await inventory.documents('import:')).map((document) => document.value),
        Object.keys(LATER).map(() => 'line 17'),
      )
      deepEqual([await inventory.document('other'), await inventory.document('more')], [null, null])
      equal(await counts('BOOT'), `${name}/0/0`)
    })
  }

  test('documents are read once: what was checked is what is stored', async (t) => {
    const { inventory } = await openScene(t, makeShop)
    for (const write of Object.values(WRITES)) {
      let reads = 0
      const sly = {
        get name() {
          return reads++ === 0 ? 'import' : 'other'
        },
        value: '17',
      }
      await write(inventory, [sly])
      equal(await inventory.document('other'), null)
    }
    equal(await inventory.document('import'), '17')
    await rejects(inventory.setDocuments([{ name: '', value: '9' }]), {
      code: 'INVALID_INPUT',
    })
  })

  test('the other options of a call, too', async (t) => {
    const { inventory, counts } = await openScene(t, makeShop)
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

  test('where a consumer begins', async (t) => {
    const { inventory, socks, began } = await openScene(t, makeShop)
    await socks(1)
    const options: { name: string; from: number } = { name: 'c', from: began }
    const seen: number[] = []
    const starting = inventory.consume(options, ({ seq }) => void seen.push(seq))
    Object.assign(options, { name: 'another', from: -9 })
    const consumer = await starting
    await until('the one entry', () => seen.length > 0)
    deepEqual(seen, [began + 1])
    equal(consumer.name, 'c')
  })

  test('what is asked for, and what a proof is held against', async (t) => {
    const { inventory, socks, clock } = await openScene(t, makeShop)
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

  test('the options that an inventory is opened with', async (t) => {
    const { inventory, open, socks } = await openScene(t, makeShop)
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

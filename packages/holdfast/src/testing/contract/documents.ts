import { deepEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { Inventory } from '../../engine/inventory.ts'
import type { StoredDocument } from '../../store/store.ts'
import { openFixture, SOCK, type MakeShop } from './fixture.ts'

const BOOT = { warehouseId: 'LA', productId: 'BOOT' }
const ADD = { ...SOCK, qty: 1, source: 'S' }

/** What a caller may do to a document after the call. */
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

/** Documents: data of a program stored in the same transaction. */
export function documents(makeShop: MakeShop): void {
  test('documents are written with the effect of a command, and only if it has one', async (t) => {
    const { inventory, open } = await openFixture(t, makeShop)
    equal(await inventory.document('import'), null)
    const add = { ...BOOT, qty: 1, source: 'S' }
    await inventory.addStock(add, { documents: [{ name: 'import', value: 'line 1' }] })
    equal(await inventory.document('import'), 'line 1')
    const refused = inventory.removeStock(
      { ...BOOT, qty: 9, reason: 'LOST' },
      { documents: [{ name: 'import', value: 'line 2' }] },
    )
    equal((await Promise.allSettled([refused]))[0].status, 'rejected')
    equal(await inventory.document('import'), 'line 1')
    await inventory.batch(
      { commands: [{ verb: 'addStock', ...add }] },
      {
        documents: [
          { name: 'import', value: 'line 3' },
          { name: 'other', value: 'x' },
        ],
      },
    )
    await inventory.close()
    const again = await open()
    deepEqual(
      [await again.document('import'), await again.document('other'), await again.document('imp')],
      ['line 3', 'x', null],
    )
  })

  test('a document set to null is deleted, and can be set again', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    const documents = [
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
    ]
    await inventory.setDocuments(documents)
    const { seq } = await inventory.head()
    await inventory.setDocuments([{ name: 'a', value: null }])
    equal(await inventory.document('a'), null)
    deepEqual(await inventory.documents(''.padEnd(1, 'b')), [documents[1]])
    deepEqual(await inventory.documents(''), [documents[1]])
    equal(await inventory.compareAndSetDocument({ name: 'b', value: null }, '1'), '2')
    equal(await inventory.compareAndSetDocument({ name: 'b', value: null }, '2'), null)
    equal(await inventory.compareAndSetDocument({ name: 'b', value: '3' }, null), '3')
    equal(await inventory.document('b'), '3')
    equal((await inventory.head()).seq, seq)
    await inventory.tryWrite()
    equal((await inventory.verify()).ok, true)
  })

  test('when many set the same document conditionally at once, one succeeds, and all learn the result', async (t) => {
    const { inventory } = await openFixture(t, makeShop)
    const name = 'job'
    const set = (expected: string | null, turn: string): Promise<(string | null)[]> =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          inventory.compareAndSetDocument({ name, value: `${turn} ${index}` }, expected),
        ),
      )
    equal(await inventory.compareAndSetDocument({ name, value: 'x' }, 'there'), null)
    equal(await inventory.document(name), null)
    let before: string | null = null
    for (const turn of ['first', 'second', 'third']) {
      const told: (string | null)[] = await set(before, turn)
      const stored = await inventory.document(name)
      deepEqual([...new Set(told)], [stored])
      equal(stored?.startsWith(turn), true)
      // A caller with an outdated value changes nothing.
      deepEqual([...new Set(await set(before, 'late'))], [stored])
      before = stored
    }
    for (const [document, expected] of [
      [{ name: '', value: '1' }, null],
      [{ name, value: 1 as never }, null],
      [{ name, value: 'x' }, 7 as never],
    ] as const)
      await rejects(inventory.compareAndSetDocument(document, expected), { code: 'INVALID_INPUT' })
  })

  for (const [how, write] of Object.entries(WRITES)) {
    test(`documents of ${how} that are changed after the call are stored as they were`, async (t) => {
      const { inventory, counts } = await openFixture(t, makeShop)
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
    const { inventory } = await openFixture(t, makeShop)
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
}

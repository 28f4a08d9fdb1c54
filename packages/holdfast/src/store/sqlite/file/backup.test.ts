import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { openInventory } from '../../../engine/open/open-inventory.ts'
import { restoreSqlite, sqlite } from '../index.ts'

const warehouses = [{ id: 'SF', name: 'San Francisco' }]
const line = { warehouseId: 'SF', qty: 1, source: 'S' }

test('a copy that is not there is not restored, and is named', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const from = join(folder, 'copy.db')
  const message = `${from} does not exist, or holds nothing yet: give the path of a backup`
  const missing = { code: 'STORE_UNAVAILABLE', message }
  await rejects(restoreSqlite({ from, to: join(folder, 'shop.db') }), missing)
  deepEqual(readdirSync(folder), [])
})

test('what is no pair of paths is refused', async () => {
  const wrong: readonly unknown[] = ['copy.db', null, {}, { from: 'copy.db' }, { from: 'a', to: 7 }]
  for (const files of [...wrong, { from: 'a', to: 'b', force: true }])
    await rejects(restoreSqlite(files as { from: string; to: string }), { code: 'INVALID_INPUT' })
})

for (const worker of [true, false]) {
  test(`a copy is made while the store is written, and is one state of it (worker: ${worker})`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const store = sqlite({ path: join(folder, 'shop.db'), worker })
    const inventory = await openInventory({ store, warehouses })
    const fill = async (from: number, to: number): Promise<void> => {
      const commands = Array.from({ length: to - from }, (_, index) => {
        const productId = `${from + index}`.padStart(100, '0')
        return { verb: 'addStock', ...line, productId } as const
      })
      await inventory.batch({ commands })
    }
    for (let from = 0; from < 10_000; from += 1000) await fill(from, from + 1000)
    const before = (await inventory.head()).seq

    const copy = join(folder, 'copy.db')
    const told: number[] = []
    const reading = await store.open({ readOnly: true })
    const copying = { done: false }
    const copied = reading.reader
      .backup(copy, {
        onProgress: (part) => told.push(part),
        signal: new AbortController().signal,
      })
      .finally(() => (copying.done = true))
    for (let from = 10_000; !copying.done && from < 50_000; from += 10) {
      await fill(from, from + 10)
      await turn() // without threads nothing else makes room for it
    }
    await copied
    await reading.close()
    ok((await inventory.head()).seq > before)
    ok(told.length > 1 && told.at(-1) === 1 && told.every((part) => part >= 0 && part <= 1))
    if (process.platform !== 'win32') equal(statSync(copy).mode & 0o777, 0o600)
    deepEqual(
      readdirSync(folder).filter((name) => name.includes('partial')),
      [],
    )

    await rejects(inventory.backup(copy), { code: 'STORE_UNAVAILABLE' })
    writeFileSync(join(folder, 'note.txt'), 'mine')
    await rejects(inventory.backup(join(folder, 'note.txt')), { code: 'STORE_UNAVAILABLE' })
    await rejects(inventory.backup(join(folder, 'none', 'x.db')), { code: 'STORE_UNAVAILABLE' })
    equal(statSync(join(folder, 'note.txt')).size, 4)
    await inventory.close()

    const again = await openInventory({ store: sqlite({ path: copy, worker: false }) })
    equal((await again.verify()).ok, true)
    ok((await again.head()).seq >= before)
    await again.addStock({ ...line, productId: 'more' })
    await again.close()
  })
}

const gone = new Error('the terminal is gone')
const failing: Readonly<Record<'throws' | 'rejects with', () => unknown>> = {
  throws: () => {
    throw gone
  },
  'rejects with': async () => Promise.reject(gone),
}
for (const [worker, way] of [
  [true, 'throws'],
  [false, 'throws'],
  [true, 'rejects with'],
] as const)
  test(`what onProgress ${way}, the caller of backup hears (worker: ${worker})`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const store = sqlite({ path: join(folder, 'shop.db'), worker })
    await using inventory = await openInventory({ store, warehouses })
    const copy = join(folder, 'copy.db')
    await rejects(inventory.backup(copy, { onProgress: failing[way] }), gone)
    await using again = await openInventory({ store: sqlite({ path: copy, worker: false }) })
    equal((await again.verify()).ok, true)
  })

for (const worker of [true, false])
  test(`nothing stays of a copy that is aborted (worker: ${worker})`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const store = sqlite({ path: join(folder, 'shop.db'), worker })
    await using inventory = await openInventory({ store, warehouses })
    // Some steps of 1 MB.
    const commands = Array.from({ length: 1000 }, (_, index) => ({
      verb: 'addStock' as const,
      ...{ ...line, productId: 'MUG', metadata: { note: `${index} `.repeat(100).slice(0, 500) } },
    }))
    for (let times = 0; times < 8; times++) await inventory.batch({ commands })
    const before = readdirSync(folder)
    const copy = join(folder, 'copy.db')
    const abort = new AbortController()
    const steps: number[] = []
    const onProgress = (done: number): void => {
      steps.push(done)
      abort.abort(gone)
    }
    await rejects(inventory.backup(copy, { onProgress, signal: abort.signal }), gone)
    ok(!steps.includes(1), String(steps))
    await rejects(inventory.backup(copy, { signal: abort.signal }), gone)
    deepEqual(readdirSync(folder), before)
    await inventory.backup(copy, { signal: new AbortController().signal })
    deepEqual(readdirSync(folder), [...before, 'copy.db'].sort())
  })

test('a file that is open for writing is not restored from, though its log is still empty', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [from, to] = [join(folder, 'shop.db'), join(folder, 'other.db')]
  const open = () =>
    openInventory({ store: sqlite({ path: from, worker: false }), warehouses, sweepMs: 0 })
  await (await open()).close()
  const inventory = await open()
  equal(statSync(`${from}-wal`).size, 0)
  await rejects(restoreSqlite({ from, to }), { code: 'STORE_LOCKED' })
  ok(!existsSync(to))
  await inventory.close()
  deepEqual(await restoreSqlite({ from, to }), [])
})

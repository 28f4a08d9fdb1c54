import { equal, match, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openInventory } from '../../../engine/open/open-inventory.ts'
import { sqlite } from '../index.ts'

const SOCK = { warehouseId: 'SF', productId: 'SOCK' }
const warehouses = [{ id: 'SF', name: 'San Francisco' }]

function twoNames(t: TestContext): { a: string; b: string } {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return { a: join(folder, 'a.db'), b: join(folder, 'b.db') }
}

/** A closed file with ten SOCKs. */
async function filled(path: string): Promise<void> {
  await using inventory = await openInventory({
    store: sqlite({ path, worker: false }),
    warehouses,
  })
  await inventory.addStock({ ...SOCK, qty: 10, source: 'S' })
}

/** A process that sells all ten, and is killed before it closes. */
async function soldOutAndKilled(path: string): Promise<void> {
  const sources = new URL('../../..', import.meta.url).href
  const code = `
    const { openInventory } = await import('${sources}engine/open/open-inventory.ts')
    const { sqlite } = await import('${sources}store/sqlite/index.ts')
    const inventory = await openInventory({ store: sqlite({ path: process.argv[1], worker: false }) })
    const { id } = await inventory.reserve({ warehouseId: 'SF', productId: 'SOCK', qty: 10, ttlMs: 9e6 })
    await inventory.confirm({ reservationId: id })
    process.stdout.write('sold')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('a file with two names is not opened for writing: its log and its lock lie beside one of them', async (t) => {
  const { a, b } = twoNames(t)
  await filled(a)
  linkSync(a, b)
  for (const path of [a, b]) {
    await rejects(openInventory({ store: sqlite({ path, worker: false }) }), (error: Error) => {
      equal((error as { code?: string }).code, 'STORE_UNAVAILABLE')
      match(error.message, /has 2 names.*hard links.*remove the other/)
      return true
    })
  }
  unlinkSync(b)
  const one = await openInventory({ store: sqlite({ path: a, worker: false }) })
  equal((await one.verify()).ok, true)
  await one.close()
})

test('sold out and killed under one name, it cannot be sold again under another', async (t) => {
  const { a, b } = twoNames(t)
  await filled(a)
  await soldOutAndKilled(a)
  linkSync(a, b)
  const again = { store: sqlite({ path: b, worker: false }) }
  await rejects(openInventory(again), { code: 'STORE_UNAVAILABLE' })
  // Nor be read as if it were all there; by the name that its log has it can be.
  await rejects(openInventory({ ...again, readOnly: true }), { code: 'STORE_UNAVAILABLE' })
  const reading = await openInventory({ store: sqlite({ path: a, worker: false }), readOnly: true })
  equal((await reading.stock(SOCK)).available, 0)
  await reading.close()
})

test('a backup has two names for a moment, and one when it is done', async (t) => {
  const { a, b } = twoNames(t)
  await filled(a)
  const inventory = await openInventory({ store: sqlite({ path: a, worker: false }) })
  await inventory.backup(b)
  const copy = await openInventory({ store: sqlite({ path: b, worker: false }) })
  equal((await copy.stock(SOCK)).available, 10)
  await copy.close()
  await inventory.close()
})

for (const worker of [true, false]) {
  test(`a name that is given while the file is open changes nothing for who has it open (worker: ${worker})`, async (t) => {
    const { a, b } = twoNames(t)
    await filled(a)
    const inventory = await openInventory({ store: sqlite({ path: a, worker }) })
    linkSync(a, b)
    await inventory.addStock({ ...SOCK, qty: 1, source: 'S' })
    equal((await inventory.stock(SOCK)).available, 11)
    await inventory.backup(`${b}.copy`)
    equal((await inventory.verify()).ok, true)
    for (const readOnly of [true, false])
      await rejects(openInventory({ store: sqlite({ path: b, worker }), readOnly }), {
        code: 'STORE_UNAVAILABLE',
      })
    await inventory.close()
    unlinkSync(b)
    await (await openInventory({ store: sqlite({ path: a, worker }) })).close()
  })

  test(`a file that is moved while it is open is written by nobody until it is back (worker: ${worker})`, async (t) => {
    const { a, b } = twoNames(t)
    await filled(a)
    const inventory = await openInventory({ store: sqlite({ path: a, worker }) })
    await inventory.addStock({ ...SOCK, qty: 1, source: 'S' })
    renameSync(a, b)
    // Each time: who was refused, or read, leaves no log there that the next one takes for the writer's.
    for (const attempt of ['first', 'second']) {
      const store = sqlite({ path: b, worker })
      await rejects(openInventory({ store }), { code: 'STORE_LOCKED' }, attempt)
      await rejects(openInventory({ store, readOnly: true }), {
        code: 'STORE_UNAVAILABLE',
        message:
          /is open under another name, and its newest commits are in the log beside that name/,
      })
    }
    const refused = { code: 'STORE_UNAVAILABLE', message: /was moved, replaced or deleted/ }
    await rejects(inventory.addStock({ ...SOCK, qty: 1, source: 'S' }), refused)
    equal((await inventory.stock(SOCK)).available, 11)
    await writeFile(a, 'another one')
    await rejects(inventory.addStock({ ...SOCK, qty: 1, source: 'S' }), refused)
    renameSync(b, a)
    await inventory.addStock({ ...SOCK, qty: 1, source: 'S' })
    await inventory.close()
    const again = await openInventory({ store: sqlite({ path: a, worker }) })
    equal((await again.stock(SOCK)).available, 12)
    equal((await again.verify()).ok, true)
    await again.close()
  })

  test(`a consumer neither begins nor is forgotten while its file is away (worker: ${worker})`, async (t) => {
    const { a, b } = twoNames(t)
    await filled(a)
    const inventory = await openInventory({ store: sqlite({ path: a, worker }) })
    const one = await inventory.consume({ name: 'one' }, () => undefined)
    await one.stop()
    await inventory.listStock()
    renameSync(a, b)
    const away = { code: 'STORE_UNAVAILABLE', message: /was moved, replaced or deleted/ }
    await rejects(
      inventory.consume({ name: 'two' }, () => undefined),
      away,
    )
    await rejects(inventory.forgetConsumer('one'), away)
    renameSync(b, a)
    await (await inventory.consume({ name: 'two' }, () => undefined)).stop()
    equal(await inventory.forgetConsumer('one'), true)
    await inventory.close()
  })

  test(`an older copy in the place of an open file is not read beside it (worker: ${worker})`, async (t) => {
    const { a, b } = twoNames(t)
    await filled(a)
    copyFileSync(a, `${b}.backup`)
    const store = () => sqlite({ path: a, worker })
    const before = await openInventory({ store: store() })
    await before.addStock({ ...SOCK, qty: 1, source: 'S' })
    await before.close()
    const inventory = await openInventory({ store: store() })
    renameSync(a, b)
    renameSync(`${b}.backup`, a)
    const count = async (): Promise<number | undefined> =>
      (await inventory.listStock()).items[0]?.available
    const gone = { code: 'STORE_UNAVAILABLE', message: /was moved, replaced or deleted/ }
    // In one thread it was opened for reading before.
    if (worker) await rejects(count(), gone)
    else equal(await count(), 11)
    await rejects(inventory.verify(), gone)
    await rejects(inventory.backup(`${b}.made`), gone)
    renameSync(b, a)
    equal(await count(), 11)
    equal((await inventory.verify()).ok, true)
    await inventory.close()
  })
}

for (const [when, isBefore] of [
  ['before', true],
  ['after', false],
] as const)
  test(`a reader that was opened ${when} a file was moved away leaves its log`, async (t) => {
    const { a, b } = twoNames(t)
    await filled(a)
    copyFileSync(a, `${b}.backup`)
    const store = sqlite({ path: a, worker: false })
    const inventory = await openInventory({ store })
    const log = statSync(`${a}-wal`).ino
    const before = isBefore ? await store.open({ readOnly: true }) : null
    renameSync(a, b)
    renameSync(`${b}.backup`, a)
    const reading = before ?? (await sqlite({ path: a, worker: false }).open({ readOnly: true }))
    await reading.reader.head().catch(() => null)
    await reading.close()
    renameSync(b, a)
    await inventory.addStock({ ...SOCK, qty: 1, source: 'S' })
    equal(statSync(`${a}-wal`).ino, log)
    await inventory.close()
  })

test('what is open in another process is not opened under a name that it was moved to', async (t) => {
  const { a, b } = twoNames(t)
  await filled(a)
  const sources = new URL('../../..', import.meta.url).href
  const code = `
    const { openInventory } = await import('${sources}engine/open/open-inventory.ts')
    const { sqlite } = await import('${sources}store/sqlite/index.ts')
    const inventory = await openInventory({ store: sqlite({ path: process.argv[1], worker: false }) })
    await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' })
    process.stdout.write('open')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, a], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  renameSync(a, b)
  await rejects(openInventory({ store: sqlite({ path: b, worker: false }) }), {
    code: 'STORE_LOCKED',
  })
})

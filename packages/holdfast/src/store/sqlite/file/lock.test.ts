import { equal, ok, rejects } from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openInventory } from '../../../engine/open/open-inventory.ts'
import { sqlite } from '../index.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A process that opens the file for writing, adds a unit again and again, and tells of each. */
async function writingProcess(t: TestContext, path: string): Promise<ChildProcess> {
  const sources = new URL('../../..', import.meta.url).href
  const code = `
    const { openInventory } = await import('${sources}engine/open/open-inventory.ts')
    const { sqlite } = await import('${sources}store/sqlite/index.ts')
    const inventory = await openInventory({
      store: sqlite({ path: process.argv[1], worker: false }), warehouses: [{ id: 'SF', name: 'SF' }],
    })
    for (let qty = 0; ; qty++) {
      await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' })
      process.stdout.write('.')
    }`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  return child
}

test('a link in the place of the lock is refused, and what it leads to stays as it is', async (t) => {
  const path = join(folder(t), 'shop.db')
  const open = async () =>
    openInventory({
      store: sqlite({ path, worker: false }),
      warehouses: [{ id: 'SF', name: 'SF' }],
    })
  await (await open()).close()
  for (const target of [join(folder(t), 'secret'), join(folder(t), 'not-there')]) {
    if (target.endsWith('secret')) writeFileSync(target, 'x', { mode: 0o644 })
    rmSync(`${path}.lock`)
    symlinkSync(target, `${path}.lock`)
    await rejects(open, { code: 'STORE_UNAVAILABLE', message: /is a link.*remove it/ })
    equal(existsSync(target), target.endsWith('secret'))
    if (existsSync(target)) equal(statSync(target).mode & 0o777, 0o644)
  }
  rmSync(`${path}.lock`)
  await (await open()).close()
})

for (const worker of [true, false]) {
  test(`one writer at a time in one process (worker: ${worker})`, async (t) => {
    const path = join(folder(t), 'shop.db')
    const store = sqlite({ path, worker })
    const opened = await store.open({ readOnly: false })
    await rejects(store.open({ readOnly: false }), {
      code: 'STORE_LOCKED',
      message: /: close it there, or open it here for reading only$/,
    })
    await rejects(sqlite(path).open({ readOnly: false }), { code: 'STORE_LOCKED' })
    if (process.platform !== 'win32') {
      const link = join(folder(t), 'alias.db')
      symlinkSync(path, link)
      await rejects(sqlite(link).open({ readOnly: false }), { code: 'STORE_LOCKED' })
    }
    const reading = await sqlite(path).open({ readOnly: true })
    await reading.close()
    // The failed attempts and the reader's end must not have let go of the lock.
    await rejects(sqlite(path).open({ readOnly: false }), { code: 'STORE_LOCKED' })
    await opened.close()
    await (await store.open({ readOnly: false })).close()
  })
}

test('one writer among processes, readers beside it, and its lock dies with it', async (t) => {
  const path = join(folder(t), 'shop.db')
  const child = await writingProcess(t, path)
  await rejects(sqlite({ path, worker: false }).open({ readOnly: false }), { code: 'STORE_LOCKED' })

  const reading = await sqlite({ path, worker: false }).open({ readOnly: true })
  const first = await reading.reader.head()
  const snapshot = await reading.reader.snapshot()
  await once(child.stdout!, 'data')
  await once(child.stdout!, 'data')
  ok((await reading.reader.head()).seq > first.seq)
  equal((await snapshot.head()).commit, (await snapshot.head()).commit)
  await snapshot.close()
  await reading.close()

  child.kill('SIGKILL')
  await once(child, 'exit')
  const orphan = await sqlite({ path, worker: false }).open({ readOnly: true })
  const { seq } = await orphan.reader.head()
  ok(seq >= first.seq)
  await orphan.close()

  const inventory = await openInventory({ store: sqlite({ path, worker: false }) })
  equal((await inventory.verify()).ok, true)
  equal((await inventory.head()).seq, seq)
  await inventory.close()
})

test('a lock that cannot be opened is named', async (t) => {
  const path = join(folder(t), 'shop.db')
  const store = sqlite({ path, worker: false })
  await (await openInventory({ store })).close()
  rmSync(`${path}.lock`)
  mkdirSync(`${path}.lock`)
  await rejects(openInventory({ store }), {
    code: 'STORE_UNAVAILABLE',
    message: `${path}.lock cannot be locked: unable to open database file; it needs a local disk, and must be writable`,
  })
})

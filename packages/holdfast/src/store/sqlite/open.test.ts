import { deepEqual, doesNotMatch, equal, match, ok, rejects, throws } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { commonTmpdir, NOBODY } from '../../../test/support/another-user.ts'
import { openInventory } from '../../engine/open/open-inventory.ts'
import { OperationalError, type FailureCode } from '../../model/operational-error.ts'
import { sqlite } from './index.ts'

function folder(t: TestContext, place = tmpdir()): string {
  const path = mkdtempSync(join(place, 'holdfast-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A file with something in it, closed. */
async function filled(path: string): Promise<string> {
  const store = sqlite({ path, worker: false })
  const inventory = await openInventory({ store, warehouses: [{ id: 'SF', name: 'SF' }] })
  for (let qty = 1; qty < 40; qty++)
    await inventory.addStock({ warehouseId: 'SF', productId: `P${qty}`, qty, source: 'S' })
  await inventory.close()
  return path
}

const WHAT_TO_DO = /[:;] (check|close|export|make|open|update|use|verify) |needs the path of a file/

async function refused(
  path: string,
  code: FailureCode,
  readOnly = false,
  worker = false,
): Promise<string> {
  let message = ''
  await rejects(sqlite({ path, worker }).open({ readOnly }), (error: unknown) => {
    ok(error instanceof OperationalError, String(error))
    equal(error.code, code)
    message = error.message
    match(message, WHAT_TO_DO)
    return true
  })
  return message
}

/** Every file in the folder with what is in it. */
function contents(path: string): Record<string, string> {
  const names = readdirSync(path).sort()
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(path, name), 'base64')]))
}

test('a file is made with its log and lock, for its owner alone', async (t) => {
  const path = join(folder(t), 'shop.db')
  const opened = await sqlite(path).open({ readOnly: false })
  for (const name of ['', '-wal', '-shm', '.lock']) {
    if (process.platform !== 'win32') equal(statSync(path + name).mode & 0o777, 0o600, name)
  }
  deepEqual((await opened.reader.head()).seq, 0)
  await opened.close()
  ok(!existsSync(`${path}-wal`))
})

test('what is not an SQLite file, and a damaged one, is STORE_DAMAGED and stays as it is', async (t) => {
  const path = folder(t)
  const shop = join(path, 'shop.db')
  writeFileSync(shop, 'Dear diary, today I sold three socks.\n'.repeat(100))
  const before = contents(path)
  match(await refused(shop, 'STORE_DAMAGED'), /shop\.db/)
  await refused(shop, 'STORE_DAMAGED', true)
  match(await refused(shop, 'STORE_DAMAGED', false, true), /shop\.db/)
  await refused(shop, 'STORE_DAMAGED', true, true)
  deepEqual(contents(path), before)

  rmSync(shop)
  await filled(shop)
  truncateSync(shop, 3 * 4096)
  await refused(shop, 'STORE_DAMAGED')
  await refused(shop, 'STORE_DAMAGED', true)

  rmSync(shop)
  await filled(shop)
  const bytes = readFileSync(shop)
  bytes.fill(0xff, 100, 400) // the first page of the schema
  writeFileSync(shop, bytes)
  await refused(shop, 'STORE_DAMAGED')
  await refused(shop, 'STORE_DAMAGED', true)
})

test("another program's file is STORE_FOREIGN, and gets nothing beside it", async (t) => {
  const path = folder(t)
  for (const sql of ['CREATE TABLE notes (text)', 'PRAGMA application_id = 7']) {
    const name = join(path, 'notes.db')
    const db = new DatabaseSync(name)
    db.exec(sql)
    db.close()
    const before = contents(path)
    await refused(name, 'STORE_FOREIGN')
    await refused(name, 'STORE_FOREIGN', true)
    deepEqual(contents(path), before)
    rmSync(name)
  }
})

test('a newer version is STORE_NEWER, another one from before the first release STORE_OLDER', async (t) => {
  const path = await filled(join(folder(t), 'shop.db'))
  const change = (sql: string): void => {
    const db = new DatabaseSync(path)
    db.exec(sql)
    db.close()
  }
  change('PRAGMA user_version = 99')
  match(await refused(path, 'STORE_NEWER'), /99/)
  await refused(path, 'STORE_NEWER', true)
  change(`PRAGMA user_version = 1; UPDATE migration SET checksum = 'x'`)
  match(await refused(path, 'STORE_OLDER'), /export .* import/)
  await refused(path, 'STORE_OLDER', true)
  change(`DELETE FROM migration`)
  await refused(path, 'STORE_DAMAGED', true)
})

test('a path that leads nowhere is STORE_UNAVAILABLE, and nothing is made', async (t) => {
  const path = folder(t)
  match(await refused(join(path, 'none', 'shop.db'), 'STORE_UNAVAILABLE'), /does not exist/)
  mkdirSync(join(path, 'directory'))
  await refused(join(path, 'directory'), 'STORE_UNAVAILABLE')
  for (const name of ['', ':memory:', 'file:shop.db']) await refused(name, 'STORE_UNAVAILABLE')
  deepEqual(readdirSync(path), ['directory'])
})

test('who opens for reading makes no file, and takes no lock', async (t) => {
  const path = folder(t)
  const shop = join(path, 'shop.db')
  await refused(shop, 'STORE_UNAVAILABLE', true)
  writeFileSync(shop, '')
  await refused(shop, 'STORE_UNAVAILABLE', true)
  deepEqual(readdirSync(path), ['shop.db'])
  rmSync(shop)

  await filled(shop)
  rmSync(`${shop}.lock`)
  const opened = await sqlite(shop).open({ readOnly: true })
  equal(opened.writer, null)
  equal((await opened.reader.head()).seq, 40)
  ok(!existsSync(`${shop}.lock`))
  await opened.close()
})

test('a closed file is complete by itself, also while somebody else has it open for reading', async (t) => {
  const path = join(folder(t), 'shop.db')
  const store = sqlite({ path, worker: false })
  const inventory = await openInventory({ store, warehouses: [{ id: 'SF', name: 'SF' }] })
  const reading = await store.open({ readOnly: true })
  await reading.reader.head()
  await inventory.addStock({ warehouseId: 'SF', productId: 'SOCK', qty: 1, source: 'S' })
  const { seq } = await inventory.head()
  await inventory.close()
  const copy = `${path}.copy`
  copyFileSync(path, copy)
  await using copied = await openInventory({ store: sqlite(copy), readOnly: true })
  equal((await copied.head()).seq, seq)
  equal((await reading.reader.head()).seq, seq)
  await reading.close()
})

test('a file is closed although its folder can no longer be entered', (t) => {
  if (process.platform === 'win32') return t.skip('needs the modes of POSIX')
  const path = folder(t, commonTmpdir())
  chmodSync(path, 0o777)
  const code = `
    const { chmodSync, mkdirSync } = await import('node:fs')
    const { sqlite } = await import('${new URL('./index.ts', import.meta.url).href}')
    const [warm, path, uid] = process.argv.slice(1)
    const open = (path) => sqlite({ path: path + '/shop.db', worker: false }).open({ readOnly: false })
    // Loads all sources, which that user may not be able to read.
    const first = await open(warm)
    await first.reader.head()
    await first.close()
    if (uid !== undefined) process.setuid(Number(uid))
    mkdirSync(path)
    const opened = await open(path)
    await opened.reader.head()
    chmodSync(path, 0)
    await opened.close()
    chmodSync(path, 0o700)
    await (await open(path)).close()
    console.log('closed')`
  const uid = NOBODY === null ? [] : [String(NOBODY.uid)]
  const args = ['--input-type=module', '-e', code, folder(t), join(path, 'shop'), ...uid]
  equal(execFileSync(process.execPath, args, { encoding: 'utf8' }).trim(), 'closed')
  return undefined
})

test('what may not be written is STORE_READ_ONLY, a folder STORE_UNAVAILABLE', async (t) => {
  if (process.platform === 'win32') return t.skip('needs the modes of POSIX')
  const path = folder(t, commonTmpdir())
  const shop = await filled(join(path, 'shop.db'))
  chmodSync(shop, 0o444)
  chmodSync(path, 0o777)
  const warm = await filled(join(folder(t), 'warm.db'))
  match(openedByNobody(shop, warm), /^STORE_READ_ONLY: /)
  chmodSync(shop, 0o666)
  chmodSync(path, 0o555)
  match(openedByNobody(shop, warm), /^STORE_UNAVAILABLE: /)
  chmodSync(path, 0o777)
  rmSync(`${shop}.lock`)
  equal(openedByNobody(shop, warm), 'open')
  return undefined
})

test('what may be read, in a folder that may not be written, says what SQLite makes there', async (t) => {
  if (process.platform === 'win32') return t.skip('needs the modes of POSIX')
  const path = folder(t, commonTmpdir())
  const shop = await filled(join(path, 'shop.db'))
  const warm = await filled(join(folder(t), 'warm.db'))
  chmodSync(shop, 0o444)
  chmodSync(path, 0o555)
  const told = openedByNobody(shop, warm, true)
  const help =
    /; make the folder writable, or copy the file elsewhere. SQLite makes the files -wal and -shm/
  match(told, help)
  doesNotMatch(told, /for reading/)
  ok(told.startsWith('STORE_UNAVAILABLE'), told)
  chmodSync(path, 0o777)
  // Here SQLite says no more than that it cannot open a file.
  writeFileSync(`${shop}-wal`, '')
  chmodSync(`${shop}-wal`, 0o444)
  chmodSync(path, 0o555)
  match(openedByNobody(shop, warm, true), /^STORE_UNAVAILABLE: .* files -wal and -shm beside it/)
  chmodSync(path, 0o777)
  equal(openedByNobody(shop, warm, true), 'open')
  return undefined
})

/**
 * What comes of opening it as a user whom modes keep out. That user may not be able to read
 * the sources: opening another file first loads all of them.
 */
function openedByNobody(path: string, warm: string, readOnly = false): string {
  const code = `
    const { sqlite } = await import('${new URL('./index.ts', import.meta.url).href}')
    const open = async (path) => {
      try {
        await (await sqlite({ path, worker: false }).open({ readOnly: ${readOnly} })).close()
        return 'open'
      } catch (error) {
        return error.code === undefined ? String(error) : \`\${error.code}: \${error.message}\`
      }
    }
    const [path, warm, uid] = process.argv.slice(1)
    if (await open(warm) !== 'open') throw new Error('it must open for its owner')
    if (uid !== undefined) process.setuid(Number(uid))
    console.log(await open(path))`
  const uid = NOBODY === null ? [] : [String(NOBODY.uid)]
  const args = ['--input-type=module', '-e', code, path, warm, ...uid]
  return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim()
}

test('a mistyped option and a path that is none are refused', () => {
  for (const options of [{ path: 'shop.db', foo: 1 }, {}, { path: 7 }, undefined, null])
    throws(() => sqlite(options as never), { code: 'INVALID_INPUT' })
})

test('options that cannot be meant are refused before anything is made', (t) => {
  const path = join(folder(t), 'stock.db')
  const wrong: [string, readonly unknown[]][] = [
    ['worker', [null, 'false', 0]],
    ['cacheMiB', [0, -1, 1.5, NaN, Infinity, '64', null, 2 ** 21]],
    ['maxPages', [0, -1, 1.5, NaN, Infinity, '64', null, 2 ** 32]],
  ]
  for (const [field, values] of wrong)
    for (const value of values)
      throws(() => sqlite({ path, [field]: value }), { code: 'INVALID_INPUT', details: { field } })
  equal(existsSync(path), false)
})

test('the bounds themselves are taken', async (t) => {
  for (const options of [{ cacheMiB: 1 }, { cacheMiB: 2_097_151, maxPages: 4_294_967_294 }]) {
    const store = sqlite({ path: join(folder(t), 'stock.db'), ...options })
    const inventory = await openInventory({ store })
    equal((await inventory.verify()).ok, true)
    await inventory.close()
  }
})

for (const worker of [true, false])
  test(`who reads a closed file leaves nothing beside it (worker: ${worker})`, async (t) => {
    const path = join(folder(t), 'shop.db')
    const store = sqlite({ path, worker })
    await (await openInventory({ store, warehouses: [{ id: 'SF', name: 'SF' }] })).close()
    const before = readFileSync(path)
    const [one, other] = [
      await store.open({ readOnly: true }),
      await store.open({ readOnly: true }),
    ]
    await one.reader.head()
    await other.reader.head()
    await other.close()
    await one.reader.head()
    await one.close()
    const inventory = await openInventory({ store, readOnly: true })
    ok((await inventory.verify()).ok)
    await inventory.close()
    deepEqual(readdirSync(dirname(path)).toSorted(), ['shop.db', 'shop.db.lock'])
    deepEqual(readFileSync(path), before)
    const last = await store.open({ readOnly: true })
    await last.reader.head()
    rmSync(path)
    await last.close()
    ok(!existsSync(path))
  })

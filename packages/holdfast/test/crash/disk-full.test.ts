import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openInventory, OperationalError, type Inventory } from '../../src/index.ts'
import { sqlite } from '../../src/store/sqlite/index.ts'

const run = (...command: [string, ...string[]]): boolean =>
  spawnSync(command[0], command.slice(1)).status === 0

/** A full disk without any privileges: no file of this process may grow further. */
const limit = (bytes: string): boolean =>
  run('prlimit', '--pid', String(process.pid), `--fsize=${bytes}:unlimited`)

/** A small separate disk; only root can mount one. */
const mount = (folder: string, ...options: string[]): boolean =>
  run('mount', '-t', 'tmpfs', ...options, 'holdfast', folder)

test(
  'a file that may not grow further',
  { skip: !limit('unlimited') && 'no prlimit here' },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-full-'))
    try {
      await fillUp(
        folder,
        () => limit('400000'),
        () => limit('unlimited'),
      )
    } finally {
      limit('unlimited')
      rmSync(folder, { recursive: true })
    }
  },
)

test('a full disk', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-full-'))
  if (!mount(folder, '-o', 'size=400k')) {
    rmSync(folder, { recursive: true })
    t.skip('a separate disk cannot be mounted here')
    return
  }
  try {
    await fillUp(
      folder,
      () => true,
      () => run('mount', '-o', 'remount,size=16m', folder),
    )
  } finally {
    run('umount', folder)
    rmSync(folder, { recursive: true })
  }
})

/** Writes until the disk is full, keeps trying, makes room, and writes again. */
async function fillUp(folder: string, full: () => boolean, room: () => boolean): Promise<void> {
  const path = join(folder, 'shop.db')
  const done = new Map<string, number>()
  {
    await using shop = await openInventory({
      store: sqlite({ path }),
      warehouses: [{ id: 'SF', name: 'San Francisco' }],
      onWarning: () => undefined,
    })
    ok(full())
    let refused = 0
    for (let round = 0; refused < 60; round++) {
      ok(round < 2000, 'the disk was never full')
      refused += await supply(shop, done, round)
    }
    equal(shop.readOnly, false, 'a full disk does not end writing for good')
    equal((await shop.stock({ warehouseId: 'SF', productId: 'SOCK' })).available, done.size * 5)
    const verdict = await shop.verify()
    ok(verdict.ok, JSON.stringify(verdict))
    ok(room())
    equal(await supply(shop, done, 9999), 0, 'there is room again')
  }
  await using shop = await openInventory({ store: sqlite({ path, worker: false }) })
  const found = new Map<string, number>()
  for await (const entry of shop.audit({ type: 'RECEIVED' }))
    found.set(entry.metadata['source']!, entry.seq)
  deepEqual(found, done)
  const verdict = await shop.verify()
  ok(verdict.ok, JSON.stringify(verdict))
}

/** A few concurrent callers. Resolves with how many were refused for lack of room. */
async function supply(shop: Inventory, done: Map<string, number>, round: number): Promise<number> {
  const calls = Array.from({ length: 8 }, async (_, index) => {
    const source = `${round}/${index}`
    const metadata = { note: 'x'.repeat(400) }
    const add = { warehouseId: 'SF', productId: 'SOCK', qty: 5, source, metadata }
    try {
      done.set(source, (await shop.addStock(add)).seq)
      return 0
    } catch (error) {
      ok(error instanceof OperationalError, String(error))
      equal(error.code, 'STORE_UNAVAILABLE')
      return 1
    }
  })
  return (await Promise.all(calls)).reduce<number>((sum, told) => sum + told, 0)
}

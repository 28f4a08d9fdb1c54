import { equal, match, ok, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { LONG } from '../support/long.ts'
import { openInventory, OperationalError } from '../../src/index.ts'
import { sqlite } from '../../src/store/sqlite/index.ts'

const PRAGMAS = fileURLToPath(new URL('./support/pragmas.ts', import.meta.url))
const SOURCES = new URL('../../src/', import.meta.url).href
const warehouses = [{ id: 'SF', name: 'San Francisco' }]

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const open = (path: string, readOnly = false) =>
  openInventory({ store: sqlite({ path, worker: false }), readOnly })

/** A closed file with this many batches over 200 products. */
async function filled(path: string, batches: number): Promise<void> {
  await using inventory = await openInventory({
    store: sqlite({ path, worker: false }),
    warehouses,
  })
  for (let batch = 0; batch < batches; batch++) await addSome(inventory, batch)
}

async function addSome(inventory: Awaited<ReturnType<typeof open>>, batch: number): Promise<void> {
  const commands = Array.from({ length: 50 }, (_, index) => ({
    verb: 'addStock' as const,
    warehouseId: 'SF',
    productId: `P${(batch * 50 + index) % 200}`,
    qty: 1,
    source: 'S',
  }))
  await inventory.batch({ commands })
}

/**
 * Opens the file, runs `batches` batches with a log that is checkpointed every `pages` pages, and is killed with the
 * log next to the file. `backup` runs at the start.
 */
async function killedAfter(
  path: string,
  batches: number,
  pages: number,
  backup?: string,
): Promise<void> {
  const code = `
    const { openInventory } = await import('${SOURCES}index.ts')
    const { sqlite } = await import('${SOURCES}store/sqlite/index.ts')
    const [, path, batches, backup] = process.argv
    const inventory = await openInventory({
      store: sqlite({ path, worker: false }), warehouses: [{ id: 'SF', name: 'San Francisco' }], sweepMs: 0,
    })
    if (backup !== undefined) await inventory.backup(backup)
    for (let batch = 0; batch < Number(batches); batch++) {
      await inventory.batch({ commands: Array.from({ length: 50 }, (_, index) => ({
        verb: 'addStock', warehouseId: 'SF', productId: 'P' + (batch * 50 + index) % 200, qty: 1, source: 'S',
      })) })
    }
    process.stdout.write('done')
    setInterval(() => {}, 1000)`
  const args = ['--conditions=source', '--import', PRAGMAS, '--input-type=module', '-e', code, path]
  const child = spawn(
    process.execPath,
    [...args, String(batches), ...(backup === undefined ? [] : [backup])],
    {
      env: {
        ...process.env,
        HOLDFAST_PRAGMAS: JSON.stringify({ wal_autocheckpoint: String(pages) }),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** SQLite itself may find first that the log does not belong to another shop's file. */
async function isRefused(path: string, why = /-wal is not the log of this file.*holdfast restore/) {
  const before = [readFileSync(path), readFileSync(`${path}-wal`)]
  for (const readOnly of [true, false]) {
    await rejects(open(path, readOnly), (error: unknown) => {
      ok(error instanceof OperationalError, String(error))
      equal(error.code, 'STORE_DAMAGED')
      match(error.message, why)
      return true
    })
  }
  // The attempts merged nothing.
  ok([readFileSync(path), readFileSync(`${path}-wal`)].every((now, i) => now.equals(before[i]!)))
}

// Logs that were checkpointed never, a few times, and repeatedly.
for (const [batches, pages] of [
  [1, 100_000],
  ...(LONG ? [[12, 100_000] as const] : []),
  [12, 60],
  [60, 30],
] as const) {
  const when = `${batches} batches, checkpointed every ${pages} pages`
  suite(when, () => {
    let made: string
    before(async () => {
      made = mkdtempSync(join(tmpdir(), 'holdfast-'))
      const path = join(made, 'shop.db')
      await filled(path, 3)
      copyFileSync(path, join(made, 'closed.db'))
      await killedAfter(path, batches, pages, join(made, 'backup.db'))
      ok(statSync(`${path}-wal`).size > 0)
    })
    after(() => rmSync(made, { recursive: true }))

    /** The file and its log as the killed process left them; beside them a backup, and the closed file of before. */
    const killed = (t: TestContext): { path: string; backup: string; closed: string } => {
      const copy = folder(t)
      cpSync(made, copy, { recursive: true })
      return {
        path: join(copy, 'shop.db'),
        backup: join(copy, 'backup.db'),
        closed: join(copy, 'closed.db'),
      }
    }
    const isWhole = async (path: string): Promise<void> => {
      const whole = await open(path)
      equal((await whole.verify()).ok, true)
      equal((await whole.head()).seq, 3 * 50 + batches * 50 + 1)
      await whole.close()
    }

    test(`a backup copied over a file whose log is there is refused (${when})`, async (t) => {
      const { path, backup } = killed(t)
      const lost = readFileSync(path)
      copyFileSync(backup, path)
      await isRefused(path)
      // What the message advises: put the right file back, and everything is there …
      copyFileSync(path, `${path}.copy`)
      rmSync(path)
      writeFileSync(path, lost)
      await isWhole(path)
      // … or continue from the backup alone.
      renameSync(`${path}.copy`, path)
      const restored = await open(path)
      equal((await restored.verify()).ok, true)
      equal((await restored.head()).seq, 3 * 50 + 1)
      await addSome(restored, 1)
      await restored.close()
    })

    test(`so is a plain copy of the closed file (${when})`, async (t) => {
      const { path, closed } = killed(t)
      copyFileSync(closed, path)
      await isRefused(path)
    })

    test(`so is another shop's file (${when})`, async (t) => {
      const { path } = killed(t)
      const other = join(folder(t), 'other.db')
      await filled(other, 2)
      const own = readFileSync(path)
      copyFileSync(other, path)
      await isRefused(path, /is not the log of this file|is damaged/)
      writeFileSync(path, own)
      await isWhole(path)
    })
  })
}

test('a log whose file is gone is not thrown away by a new one', async (t) => {
  const path = join(folder(t), 'shop.db')
  await killedAfter(path, 5, 100_000)
  renameSync(path, `${path}.moved`)
  const log = readFileSync(`${path}-wal`)
  await rejects(openInventory({ store: sqlite(path), warehouses }), { code: 'STORE_DAMAGED' })
  ok(readFileSync(`${path}-wal`).equals(log))
  renameSync(`${path}.moved`, path)
  const whole = await open(path)
  equal((await whole.head()).seq, 5 * 50 + 1)
  await whole.close()
})

test('a copy of the open file without its log is refused with a later log', async (t) => {
  const path = join(folder(t), 'shop.db')
  const early = join(folder(t), 'early.db')
  await killedAfter(path, 10, 30)
  copyFileSync(path, early)
  await killedAfter(path, 10, 30)
  copyFileSync(early, path)
  await isRefused(path)
})

test('killed and reopened repeatedly, and read meanwhile, nothing is ever refused', async (t) => {
  const path = join(folder(t), 'shop.db')
  let seq = 1
  for (const [batches, pages] of [
    [0, 30],
    [3, 30],
    [0, 30],
    [7, 10],
    [1, 1],
    [2, 100_000],
    [20, 20],
  ]) {
    await killedAfter(path, batches!, pages!)
    seq += batches! * 50
    const reading = await open(path, true)
    equal((await reading.head()).seq, seq)
    // A permanent reader prevents the log from restarting.
    const inventory = await open(path)
    const snapshot = await open(path, true)
    for (let batch = 0; batch < 4; batch++) await addSome(inventory, batch)
    seq += 4 * 50
    equal((await snapshot.head()).seq, seq)
    equal((await inventory.verify()).ok, true)
    await reading.close()
    await inventory.close()
    equal((await snapshot.head()).seq, seq)
    await snapshot.close()
  }
})

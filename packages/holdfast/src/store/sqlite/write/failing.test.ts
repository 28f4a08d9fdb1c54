import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import type { Worker } from 'node:worker_threads'
import { openInventory } from '../../../engine/open/open-inventory.ts'
import { OperationalError } from '../../../model/operational-error.ts'
import { StoreFailure } from '../../failure.ts'
import { NO_CHANGES } from '../../../testing/nothing.ts'
import type { Commit, Head } from '../../store.ts'
import { sqlite } from '../index.ts'

function newPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'shop.db')
}

/** A commit of so many products that are new, a unit of each. */
function stocking(before: Head, count: number, available = 1): Commit {
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const place = (number: number) => ({
    warehouseId: 'SF',
    productId: `${before.commit}-${String(number).padStart(100, '0')}`,
  })
  const counts = { available, held: 0, allocated: 0, unsellable: 0 }
  return {
    before,
    head: {
      seq: before.seq + count,
      hash: 'ab'.repeat(32),
      at: before.at + 1,
      commit: before.commit + 1,
      levelKeys: before.levelKeys + count,
    },
    batchId: String(before.commit + 1).padStart(32, '0'),
    body: new TextEncoder().encode('{"v":1}'),
    ...NO_CHANGES,
    levels: numbers.map((number) => ({
      ...place(number),
      ...counts,
      key: before.levelKeys + number,
      lastSeq: before.seq + number,
      lastReservation: 0,
      lastCount: 0,
    })),
  }
}

async function outcomeOf(commit: Promise<unknown>): Promise<string> {
  try {
    await commit
    return 'committed'
  } catch (error) {
    ok(error instanceof StoreFailure, String(error))
    return `${error.outcome}${error.fatal ? ', fatal' : ''}`
  }
}

for (const worker of [true, false]) {
  test(`what was sent behind a failed commit fails with it, until recovered (worker: ${worker})`, async (t) => {
    const opened = await sqlite({ path: newPath(t), worker, maxPages: 60 }).open({
      readOnly: false,
    })
    const writer = opened.writer!
    const { head } = await writer.recover()
    const first = stocking(head, 1)
    const tooMuch = stocking(first.head, 1000)
    const behind = stocking(tooMuch.head, 1)
    const sent = [first, tooMuch, behind].map((one) => outcomeOf(writer.commit(one)))
    deepEqual(await Promise.all(sent), ['committed', 'not-committed', 'not-committed'])
    equal(await outcomeOf(writer.commit(stocking(first.head, 2))), 'not-committed')
    deepEqual((await writer.recover()).head, first.head)
    const next = stocking(first.head, 2)
    equal(await outcomeOf(writer.commit(next)), 'committed')
    equal(await writer.wasCommitted(next.batchId), true)
    equal(await writer.wasCommitted(behind.batchId), false)
    await opened.close()
  })

  test(`a CHECK that trips is fatal, and nothing of its batch stays (worker: ${worker})`, async (t) => {
    const opened = await sqlite({ path: newPath(t), worker }).open({ readOnly: false })
    const writer = opened.writer!
    const { head } = await writer.recover()
    const sound = stocking(head, 60)
    equal(await outcomeOf(writer.commit(sound)), 'committed')
    equal(await outcomeOf(writer.commit(stocking(sound.head, 60, -1))), 'not-committed, fatal')
    deepEqual((await writer.recover()).head, sound.head)
    equal(await outcomeOf(writer.commit(stocking(sound.head, 1))), 'not-committed, fatal')
    deepEqual(await opened.reader.head(), sound.head)
    await opened.close()
  })
}

test('a full file takes no more, says so, and loses nothing', async (t) => {
  const path = newPath(t)
  const warehouses = [{ id: 'SF', name: 'San Francisco' }]
  const inventory = await openInventory({
    store: sqlite({ path, worker: false, maxPages: 50 }),
    warehouses,
  })
  let units = 0
  const full = async (): Promise<never> => {
    for (;;) {
      const productId = `${units}`.padStart(120, 'x')
      await inventory.addStock({ warehouseId: 'SF', productId, qty: 1, source: 'S' })
      units++
    }
  }
  await rejects(full, { code: 'STORE_UNAVAILABLE' })
  ok(units > 10)
  equal(inventory.stats().readOnly, false)
  const held = await inventory.listStock({ limit: 1000 })
  equal(held.items.length, units)
  await inventory.close()

  const roomy = await openInventory({ store: sqlite({ path, worker: false }) })
  const place = { warehouseId: 'SF', productId: 'more' }
  await roomy.addStock({ ...place, qty: 1, source: 'S' })
  equal((await roomy.verify()).ok, true)
  equal((await roomy.listWarehouses()).items[0]!.onHand, units + 1)
  await roomy.close()
})

test('a full disk stops nobody for longer than it is full', async (t) => {
  if (spawnSync('prlimit', ['--version']).status !== 0) return t.skip('needs prlimit')
  const path = newPath(t)
  const sources = new URL('../../..', import.meta.url).href
  const code = `
    const { openInventory } = await import('${sources}engine/open/open-inventory.ts')
    const { sqlite } = await import('${sources}store/sqlite/index.ts')
    const inventory = await openInventory({
      store: sqlite(process.argv[1]), warehouses: [{ id: 'SF', name: 'SF' }],
    })
    let told = 0
    let failed = false
    process.on('SIGTERM', () => inventory.close().then(() => process.exit()))
    for (let number = 0; ; number++) {
      try {
        await inventory.addStock({ warehouseId: 'SF', productId: 'P' + number, qty: 1, source: 'S' })
        told++
        if (failed) console.log('again', told)
        failed = false
      } catch (error) {
        if (!failed) console.log(error.code, told)
        failed = true
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }`
  const command = 'ulimit -S -f 400; exec "$0" --input-type=module -e "$1" "$2"'
  const child = spawn('bash', ['-c', command, process.execPath, code, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const full = String((await lines.next()).value)
  match(full, /^STORE_UNAVAILABLE \d+$/)
  const lifted = spawnSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited:unlimited'])
  equal(lifted.status, 0)
  match(String((await lines.next()).value), /^again \d+$/)
  child.kill('SIGTERM')
  await once(child, 'exit')

  const inventory = await openInventory({ store: sqlite({ path, worker: false }) })
  equal((await inventory.verify()).ok, true)
  ok((await inventory.listWarehouses()).items[0]!.onHand > Number(full.split(' ')[1]))
  await inventory.close()
  return undefined
})

test('when its thread dies, nobody knows what came of a commit, and no other is taken', async (t) => {
  let thread: Worker | undefined
  const remember = (made: Worker): void => void (thread = made)
  process.once('worker', remember)
  const opened = await sqlite(newPath(t)).open({ readOnly: false })
  const writer = opened.writer!
  const { head } = await writer.recover()
  const commit = outcomeOf(writer.commit(stocking(head, 5000)))
  void thread!.terminate()
  equal(await commit, 'unknown, fatal')
  equal(await outcomeOf(writer.commit(stocking(head, 1))), 'unknown, fatal')
  await rejects(writer.recover(), StoreFailure)
  await opened.close()
  await rejects(opened.reader.head(), (error) => error instanceof OperationalError)
})

test('a closed store answers nothing any more', async (t) => {
  for (const worker of [true, false]) {
    const opened = await sqlite({ path: newPath(t), worker }).open({ readOnly: false })
    await opened.reader.head()
    await Promise.all([opened.close(), opened.close()])
    for (const ask of [
      async () => opened.reader.head(),
      async () => opened.reader.snapshot(),
      async () => opened.writer!.recover(),
    ]) {
      await rejects(ask, { code: 'STORE_CLOSED' })
    }
  }
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { caller } from './support/running.ts'
import { Spawned } from './support/spawned.ts'
import { until } from './support/until.ts'

/** No file of that process may grow further: a full disk, in a way that asks for nothing. */
const limit = (pid: number, bytes: string): boolean =>
  spawnSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]).status === 0

const SKIP = !limit(process.pid, 'unlimited') && 'no prlimit here'

test('a disk that is full is told: not ready, 503, reads go on; with room again it goes on by itself', async (t) => {
  if (SKIP !== false) {
    t.skip(SKIP)
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-full-'))
  const db = ['--db', join(folder, 'shop.db'), '--port', '0', '--warehouse', 'SF:San Francisco']
  const served = await Spawned.serve(db)
  t.after(async () => {
    await served.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const call = caller(served.url)
  const ready = async (): Promise<number> => (await call('GET', '/readyz')).status
  const add = (key: string) =>
    call(
      'POST',
      '/v1/stock/add',
      { warehouseId: 'SF', productId: key, qty: 1, source: 'S', metadata: { n: 'x'.repeat(400) } },
      { 'idempotency-key': key },
    )
  ok(limit(served.child.pid!, '1000000'))
  const done = new Map<string, string>()
  const failed: string[] = []
  for (let count = 0; failed.length < 3; count++) {
    const { status, text, body, headers } = await add(`k${count}`)
    if (status === 200) done.set(`k${count}`, text)
    else {
      deepEqual([status, body['code']], [503, 'STORE_UNAVAILABLE'])
      equal(headers.get('retry-after'), '2')
      failed.push(`k${count}`)
    }
  }
  ok(done.size > 10)
  equal(await ready(), 503)
  equal((await call('GET', '/healthz')).status, 200)
  equal((await call('GET', '/v1/stock')).status, 200)
  ok(limit(served.child.pid!, 'unlimited'))
  await until('it is ready', async () => (await ready()) === 200)
  for (const key of failed) equal((await add(key)).status, 200)
  for (const [key, text] of done) equal((await add(key)).text, text)
  equal((await call('GET', '/v1/verify')).body['ok'], true)
  equal(await served.end('SIGTERM'), 0)
})

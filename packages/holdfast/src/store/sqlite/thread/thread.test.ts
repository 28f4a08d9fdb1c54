import { equal, match } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { failure } from '../../../testing/refusal.ts'
import type { SessionOptions } from './messages.ts'
import { Thread } from './thread.ts'

const OPTIONS = { role: 'write' } as SessionOptions

/** Beside a bundle the file is missing, or it is one of the program's own. */
const FILES = {
  'Cannot find module': null,
  'its file does not answer': `const port = require('node:worker_threads').parentPort
    port.postMessage({ id: 0, value: 7 })
    port.on('message', () => {})`,
  ended: 'process.exit()',
  'nothing of ours': `throw new Error('nothing of ours')`,
}

for (const [why, code] of Object.entries(FILES))
  test(`a thread of another file does not start: ${why}`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
    const path = join(folder, 'worker.cjs')
    try {
      if (code !== null) writeFileSync(path, code)
      const beginMs = why === 'its file does not answer' ? 300 : 60_000
      const error = await failure(() => Thread.open(OPTIONS, () => pathToFileURL(path), beginMs))
      equal(error.code, 'STORE_UNAVAILABLE')
      match(
        error.message,
        /^the store's thread did not start: .*: if the program is bundled, keep/s,
      )
      match(error.message, new RegExp(why))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

test('a program that was at something else while its thread began goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  try {
    const sizes = { cacheKiB: 1000, checkpointPages: 1000, runCommits: 2000 }
    const options = { ...sizes, role: 'write', path: join(folder, 'shop.db'), same: null } as const
    const opening = Thread.open(options, undefined, 100)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000)
    await (await opening).close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a store opens where Node or a preloaded program talks to its threads', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  try {
    const preload = join(folder, 'preload.cjs')
    writeFileSync(preload, `require('node:worker_threads').parentPort?.postMessage({ hello: 1 })`)
    const program = `import { openInventory } from 'holdfast'
      import { sqlite } from 'holdfast/sqlite'
      const store = sqlite(${JSON.stringify(join(folder, 'shop.db'))})
      const inventory = await openInventory({ store, warehouses: [{ id: 'SF', name: 'SF' }] })
      await inventory.close()
      console.log('closed')`
    const args = ['--conditions=source', '--require', preload, '--input-type=module', '-e', program]
    equal(execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 20_000 }), 'closed\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a thread without a file, as in a bundle of CommonJS, does not start', async () => {
  const { code, message } = await failure(() =>
    Thread.open(OPTIONS, () => new URL('./worker.js', undefined)),
  )
  equal(`${code} ${message.includes('keep holdfast out of the bundle')}`, 'STORE_UNAVAILABLE true')
})

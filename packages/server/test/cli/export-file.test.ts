import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { before, describe, it } from 'node:test'
import { finished, folder, holdfast, start } from './support/holdfast.ts'
import { makeManyProducts } from './support/many-products.ts'

const path = folder()
const db = path('shop.db')

/** The files whose names begin with that of the export. */
function filesOf(out: string): string[] {
  return readdirSync(path('')).filter((name) => name.startsWith(basename(out)))
}

describe('export --out', () => {
  before(() => makeManyProducts(db, 8, 's'.repeat(100)))

  it('writes what stdout would get, under the name alone', async () => {
    const out = path('whole.csv')
    const done = await holdfast('export', 'trail', '--out', out, '--db', db)
    assert.deepEqual([done.code, done.stderr], [0, `${out}\n`])
    assert.equal(readFileSync(out, 'utf8'), (await holdfast('export', 'trail', '--db', db)).stdout)
    assert.deepEqual(filesOf(out), ['whole.csv'])
  })

  it('leaves nothing when it is interrupted', async () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const out = path(`${signal}.csv`)
      const child = start(['export', 'trail', '--out', out, '--db', db])
      const end = finished(child)
      while (filesOf(out).length === 0 && child.exitCode === null) await sleep(1)
      assert.equal(existsSync(out), false)
      child.kill(signal)
      assert.equal((await end).signal, signal)
      assert.deepEqual(filesOf(out), [])
    }
  })

  it('refuses a file that exists before it reads anything, and leaves it as it is', async () => {
    const out = path('there.csv')
    writeFileSync(out, 'mine')
    // The service is not there: it would be told first.
    const { code, stderr } = await holdfast(
      ...['export', 'stock', '--out', out, '--url', 'http://127.0.0.1:1'],
    )
    assert.equal(code, 1)
    assert.equal(
      stderr,
      `failed: ${out} exists already\nAn export never overwrites a file: name a new one.\n`,
    )
    assert.equal(readFileSync(out, 'utf8'), 'mine')
  })

  it('leaves nothing when it fails, and never takes the place of a file that came meanwhile', async () => {
    const out = path('failed.csv')
    const failed = await holdfast('export', 'stock', '--out', out, '--db', path('none.db'))
    assert.deepEqual([failed.code, filesOf(out)], [1, []])
    const child = start(['export', 'trail', '--out', out, '--db', db])
    const end = finished(child)
    while (filesOf(out).length === 0 && child.exitCode === null) await sleep(1)
    writeFileSync(out, 'mine')
    const { code, stderr } = await end
    assert.equal(code, 1)
    assert.match(stderr, /^failed: .*failed\.csv exists already\n/)
    assert.deepEqual([readFileSync(out, 'utf8'), filesOf(out)], ['mine', ['failed.csv']])
  })
})

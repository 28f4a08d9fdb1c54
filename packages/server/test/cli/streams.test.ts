import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { openInventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { finished, folder, holdfast, start } from './support/holdfast.ts'
import { makeManyProducts } from './support/many-products.ts'

const path = folder()
const db = path('busy.db')
const BIN = new URL('../../bin/holdfast.js', import.meta.url).pathname

describe('the streams', () => {
  before(() =>
    makeManyProducts(
      db,
      5,
      'a long enough text, so that a pipe is full before all of it is written',
    ),
  )

  it('a reader who has seen enough is no error', () => {
    const { stderr, stdout } = spawnSync(
      'bash',
      [
        '-c',
        `"$0" "$1" audit --json --db "$2" | head -1; echo "\${PIPESTATUS[0]}"`,
        process.execPath,
        BIN,
        db,
      ],
      { encoding: 'utf8' },
    )
    assert.equal(stderr, '')
    assert.match(stdout, /^\{.*\}\n0\n$/)
  })

  it('a full disk is told in one line, with exit code 1', () => {
    for (const args of ['audit --json', 'export stock', 'list-stock --all', 'head', '--help']) {
      const target = args === '--help' ? '' : '--db "$2"'
      const { stderr, status } = spawnSync(
        'bash',
        ['-c', `"$0" "$1" ${args} ${target} > /dev/full`, process.execPath, BIN, db],
        { encoding: 'utf8' },
      )
      assert.match(stderr, /^failed: stdout cannot be written: ENOSPC.*\n$/, args)
      assert.equal(status, 1)
    }
  })

  it('a slow reader gets everything', async () => {
    const child = start(['audit', '--json', '--db', db])
    child.stdout.pause()
    setTimeout(() => child.stdout.resume(), 300)
    const { stdout } = await finished(child)
    assert.equal(stdout.trimEnd().split('\n').length, 5001)
  })

  it('reads go on beside a writer, a second writer is told who it has to wait for', async () => {
    await using writer = await openInventory({ store: sqlite({ path: db }) })
    await writer.addStock({ warehouseId: 'SF', productId: 'NEW', qty: 7, source: 's' })
    const [read, write] = await Promise.all([
      holdfast('stock', '-w', 'SF', '-p', 'NEW', '--db', db),
      holdfast('add-stock', '-w', 'SF', '-p', 'NEW', '-q', '1', '--source', 's', '--db', db),
    ])
    assert.equal(read.code, 0)
    assert.match(read.stdout, /^NEW +SF +7 /m)
    assert.equal(write.code, 1)
    assert.match(write.stderr, /^failed: STORE_LOCKED: [^]*Stop that process/)
    // A person at a terminal has no options to pass to the library.
    assert.doesNotMatch(write.stderr, /readOnly/)
    assert.match(write.stderr, /Reads work meanwhile/)
  })

  it('escape sequences of a file do not reach the terminal', async () => {
    writeFileSync(path('evil.jsonl'), '{"verb":"\u001b]0;owned\u0007reserve\u009b31m"}\n')
    const { stderr, stdout } = await holdfast('batch', path('evil.jsonl'), '--db', db)
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })

  it('HOLDFAST_DB names the inventory where no --db does', async () => {
    const { code, stdout } = await finished(start(['head'], { HOLDFAST_DB: db }))
    assert.equal(code, 0)
    assert.match(stdout, /^\d+:/)
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { before, describe, it } from 'node:test'
import { folder, holdfast, start, stop } from './support/holdfast.ts'

const path = folder()
const db = ['--db', path('shop.db')]
const MUG = ['-w', 'SF', '-p', 'MUG']

/** What is as long as the names in it: paths, and what failed or was refused, which is told in one line. */
const HAS_NAMES = [path(''), 'failed: ', 'refused: ']

function mustFit(text: string): void {
  assert.notEqual(text, '')
  for (const line of text.split('\n'))
    if (!HAS_NAMES.some((names) => line.includes(names)))
      assert.ok(line.length <= 80, `${line.length}: ${line}`)
}

describe('what is printed for people', () => {
  before(async () => {
    await holdfast('init', '--warehouse', 'SF:San Francisco', ...db)
    await holdfast('add-stock', ...MUG, '-q', '2', '--source', 's', ...db)
    await holdfast('token', 'create', '--role', 'admin', ...db)
  })

  it('fits into 80 columns when the service starts, and when its file is written', async (t) => {
    const served = start(['serve', ...db, '--require-token', '--port', '0'])
    t.after(() => stop(served))
    const [text] = (await once(served.stdout, 'data')) as [Buffer]
    assert.match(String(text), /HOLDFAST_TOKEN/)
    mustFit(String(text))
    const { code, stderr } = await holdfast('add-stock', ...MUG, '-q', '1', '--source', 's', ...db)
    assert.equal(code, 1)
    assert.match(stderr, /STORE_LOCKED/)
    mustFit(stderr)
  })

  it('fits where something is wrong', async () => {
    const write = (name: string, text: string): string => {
      writeFileSync(path(name), text)
      return path(name)
    }
    const shop = 'warehouseId,productId,qty,held,allocated\nSF,CUP,5,1,1\n'
    const none = ['--db', path('none.db')]
    for (const [said, ...verb] of [
      ['or make one', 'stock', ...MUG, ...none],
      ['or try it with --demo', 'serve', ...none],
      ['There are:', 'serve', '--config', write('typo.jsonc', '{"prot": 1}')],
      ['is for postgres', 'migrate', ...db],
      ['must begin with postgres', 'head', '--db', 'postgres//db.internal/shop'],
      ['a backup is a file', 'backup', 'postgres://db.internal/shop', ...db],
      ['save the sheet as CSV', 'import', write('book.xlsx', 'PK\x03\x04'), ...db],
      ['Cells are separated', 'import', write('bars.csv', 'warehouse|product|qty\n'), ...db],
      ['--reserved-as-available', 'import', write('shop.csv', shop), ...db],
    ] as const) {
      const { code, stderr } = await holdfast(...verb)
      assert.notEqual(code, 0)
      assert.ok(stderr.includes(said), stderr)
      mustFit(stderr)
    }
  })

  it('fits when a backup is restored', async () => {
    const shop = ['--db', path('restored.db')]
    await holdfast('init', '--warehouse', 'SF:San Francisco', ...shop)
    await holdfast('backup', path('backup.db'), ...shop)
    const { code, stdout } = await holdfast('restore', path('backup.db'), ...shop)
    assert.equal(code, 0)
    assert.match(stdout, /will be used again/)
    mustFit(stdout.replace(/^remember .*$/m, ''))
  })
})

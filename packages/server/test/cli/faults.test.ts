import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { before, describe, it } from 'node:test'
import { folder, holdfast } from './support/holdfast.ts'

const path = folder()
const whole = path('whole.db')
const MUG = ['-w', 'SF', '-p', 'MUG', '-q', '1', '--source', 'S']

before(async () => {
  await holdfast('init', '--warehouse', 'SF:San Francisco', '--db', whole)
  await holdfast('add-stock', ...MUG, '--idempotency-key', 'once', '--db', whole)
  await holdfast('token', 'create', '--role', 'admin', '--name', 'ann', '--db', whole)
})

function damaged(name: string, sql: string): string {
  const db = path(name)
  copyFileSync(whole, db)
  const eve = new DatabaseSync(db)
  eve.exec(sql)
  eve.close()
  return db
}

describe('a fault that verify finds', () => {
  it('in what follows from the log: rebuild is named', async () => {
    for (const [name, sql] of [
      ['level', 'UPDATE level SET available = 9'],
      ['warehouse', 'UPDATE warehouse_stock SET on_hand = 7'],
      ['storage', 'UPDATE level SET available = 9007199254740993'],
    ] as const) {
      const db = damaged(`${name}.db`, sql)
      const found = await holdfast('verify', '--db', db)
      assert.equal(found.code, 1)
      assert.match(found.stdout, new RegExp(`^NOT VERIFIED: ${name}: `))
      assert.match(found.stderr, /^Keep a copy .* holdfast rebuild\./)
      if (name !== 'level') continue
      const { stdout } = await holdfast('verify', '--json', '--db', db)
      assert.match(stdout, new RegExp(`"ok":false,"fault":{"what":"${name}"`))
      const restored = await holdfast('restore', db, '--db', path('new.db'))
      assert.match(restored.stderr, /^Nothing was changed\./)
    }
  })

  it('is mended by a rebuild, which proves what it has made', async () => {
    for (const name of ['level', 'warehouse', 'storage']) {
      const rebuilt = await holdfast('rebuild', '--db', path(`${name}.db`))
      assert.deepEqual([rebuilt.code, rebuilt.stderr], [0, ''])
      assert.match(rebuilt.stdout, /^verified: /m)
    }
  })

  it('in a token: revoking it is named, and helps; rebuild does not', async () => {
    const db = damaged('document.db', `UPDATE document SET value = value || ' '`)
    const rebuilt = await holdfast('rebuild', '--db', db)
    assert.equal(rebuilt.code, 1)
    assert.match(rebuilt.stderr, /revoke or delete/)
    const { stdout } = await holdfast('token', 'list', '--db', db)
    await holdfast('token', 'revoke', /^[0-9a-f]{16}/m.exec(stdout)![0], '--db', db)
    assert.equal((await holdfast('verify', '--db', db)).code, 0)
  })

  it('in the log, or of its end: rebuild is not named as what helps', async () => {
    const db = damaged(
      'log.db',
      `DROP TRIGGER commits_not_changed; UPDATE commits SET hash = zeroblob(32) WHERE number = 2`,
    )
    const found = await holdfast('verify', '--db', db)
    assert.match(found.stdout, /^NOT VERIFIED: hash: /)
    assert.match(found.stderr, /cannot help\.\nRestore the newest backup/)
    const cut = await holdfast('verify', '--expect', `9:${'0'.repeat(64)}`, '--db', whole)
    assert.match(cut.stderr, /^What was done after it is missing/)
  })
})

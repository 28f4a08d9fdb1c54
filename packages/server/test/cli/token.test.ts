import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { before, describe, it } from 'node:test'
import { finished, folder, holdfast, start, stop } from './support/holdfast.ts'

const path = folder()
const db = path('shop.db')

describe('tokens', () => {
  before(() => holdfast('init', '--warehouse', 'SF:San Francisco', '--db', db))

  it('are listed with their end: a time, none, or when they were revoked', async () => {
    const create = ['token', 'create', '--role', 'shop', '--db', db]
    await holdfast(...create, '--name', 'endless')
    await holdfast(...create, '--name', 'short', '--expires', '1d')
    const made = await holdfast(...create, '--name', 'gone')
    const [, gone] = /^shop token (\w+) /.exec(made.stderr)!
    await holdfast('token', 'revoke', gone!, '--db', db)
    const { stdout } = await holdfast('token', 'list', '--db', db)
    assert.match(stdout, / endless +\S+Z +no end$/m)
    assert.match(stdout, / short +\S+Z +20\S+Z$/m)
    assert.match(stdout, / gone +\S+Z +revoked 20\S+Z$/m)
  })

  it('have a name that can be the actor of a command', async () => {
    const names = ['', 'a\nb', 'a\u{85}', 'a'.repeat(129), 'a\ud800', 'caf\ufffd']
    for (const name of names) {
      const { code, stdout, stderr } = await holdfast(
        ...['token', 'create', '--role', 'shop', '--name', name, '--db', db],
      )
      assert.deepEqual([code, stdout], [3, ''], name)
      assert.match(stderr, /^refused: INVALID_INPUT: name must /)
    }
    const longest = ['token', 'create', '--role', 'shop', '--name', '😀'.repeat(128), '--db', db]
    assert.equal((await holdfast(...longest)).code, 0)
  })

  it('are not made, listed or revoked with what would be ignored', async () => {
    const create = ['create', '--role', 'shop']
    for (const [args, said] of [
      [['list', 'x'], 'token list takes no id'],
      [['list', '--role', 'shop'], 'token list takes no --role'],
      [['list', '--name', 'till'], 'token list takes no --name'],
      [['list', '--expires', '1d'], 'token list takes no --expires'],
      [['create', '9aafa374', '--role', 'shop'], 'token create takes no id'],
      [['revoke', 'x', '--role', 'shop'], 'token revoke takes no --role'],
      [['revoke', 'x', '--name', 'till'], 'token revoke takes no --name'],
      [['revoke', 'x', '--expires', '1d'], 'token revoke takes no --expires'],
      [['revoke', '--name', 'till'], 'token revoke takes no --name'],
      [['revoke'], 'which token? holdfast token revoke ID'],
      [['create'], '--role is missing'],
    ] as const) {
      const { code, stdout, stderr } = await holdfast('token', ...args, '--db', db)
      assert.deepEqual([code, stdout, stderr], [2, '', `error: ${said}\n`])
    }
    for (const [time, said] of [
      ['0', 'It must be more than 0.'],
      ['0d', 'It must be more than 0.'],
      ['99999999d', 'It is too long.'],
    ] as const) {
      const { code, stdout, stderr } = await holdfast(
        ...['token', ...create, '--expires', time, '--db', db],
      )
      assert.deepEqual([code, stdout], [2, ''])
      assert.ok(stderr.includes(said), stderr)
    }
  })

  it('that cannot be sent are not shown, and neither is a password in --url', async () => {
    const at = 'http://127.0.0.1:1'
    const stock = ['stock', '-w', 'SF', '-p', 'MUG']
    for (const verb of [['token', 'list'], stock]) {
      const token = await holdfast(...verb, '--url', at, '--token', 'hf_secret\nx')
      const said = 'error: --token has a character that no header can have\n'
      assert.deepEqual([token.code, token.stdout, token.stderr], [2, '', said])
      const url = await holdfast(...verb, '--url', 'http://ann:secret@127.0.0.1:1')
      const told = 'error: --url must not have a name or password in it\n'
      assert.deepEqual([url.code, url.stdout, url.stderr], [2, '', told])
    }
  })

  it('say why a service cannot be asked', async () => {
    const page = createServer((_, answer) => answer.end('<!doctype html>')).listen(0, '127.0.0.1')
    await once(page, 'listening')
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`
    const html = await holdfast('token', 'list', '--url', url)
    assert.equal(html.code, 1)
    assert.ok(html.stderr.startsWith(`failed: ${url} did not answer as a service does: `))
    page.closeAllConnections()
    page.close()
    await once(page, 'close')
    const nobody = await holdfast('token', 'list', '--url', url)
    assert.equal(nobody.code, 1)
    assert.match(nobody.stderr, /^failed: http:\S+ did not answer .*: connect ECONNREFUSED /)
  })

  it('are made by the command that the service prints', async (t) => {
    const serve = ['serve', '--db', db, '--require-token', '--port', '0', '--host', '0.0.0.0']
    const none = path('none.db')
    await holdfast('init', '--warehouse', 'SF:San Francisco', '--db', none)
    const refused = await holdfast('serve', '--require-token', '--port', '0', '--db', none)
    assert.equal(
      refused.stderr,
      'failed: there is no token yet, and every request needs one\n' +
        `Make one first: holdfast token create --role admin --db ${none}\n`,
    )
    const admin = await holdfast('token', 'create', '--role', 'admin', '--db', db)
    const served = start(serve)
    t.after(() => stop(served))
    const [text] = (await once(served.stdout, 'data')) as [Buffer]
    const lines = String(text).split('\n')
    const [, printed] = /^ {2}tokens {5}holdfast (.*)$/.exec(lines[3]!)!
    assert.match(printed!, /--url http:\/\/127\.0\.0\.1:\d+$/)
    const made = await finished(start(printed!.split(' '), { HOLDFAST_TOKEN: admin.stdout.trim() }))
    assert.match(made.stdout, /^hf_/, made.stderr)
    assert.deepEqual(lines.slice(4, 7), [
      "             HOLDFAST_TOKEN must be an admin's token. If there is none,",
      '             stop the service, and:',
      `             holdfast token create --role admin --db ${db}`,
    ])
  })

  it('are not offered where the service cannot make any', async (t) => {
    const served = start(['serve', '--db', db, '--require-token', '--read-only', '--port', '0'])
    t.after(() => stop(served))
    const [text] = (await once(served.stdout, 'data')) as [Buffer]
    assert.match(String(text), /^ {2}tokens {5}are made at the service that writes$/m)
  })
})

import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { folder, holdfast } from './support/holdfast.ts'

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
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { folder, holdfast } from './support/holdfast.ts'

const path = folder()

describe('holdfast demo', () => {
  it('plays the trace, the flash sale and the proof, and says where the file lies', async () => {
    const db = path('demo.db')
    const { code, stdout } = await holdfast('demo', '--db', db)
    assert.equal(code, 0)
    assert.match(stdout, /release them: refused, INVALID_RESERVATION_STATE/)
    assert.match(stdout, /SF 3 \+ 3 reserved, NYC 4: 10 of 10 accounted for/)
    assert.match(stdout, /1,000 got one, 9,000 were told that it is sold out, 0 left/)
    assert.match(stdout, /[\d,]+ replies a second/)
    assert.match(stdout, /^verified: /m)
    assert.ok(stdout.includes(`The file: ${db}\n`))
    assert.equal((await holdfast('verify', '--db', db)).code, 0)
  })

  it('never touches a file that is there', async () => {
    const { code, stderr } = await holdfast('demo', '--db', path('demo.db'))
    assert.equal(code, 1)
    assert.match(stderr, /exists already/)
  })
})

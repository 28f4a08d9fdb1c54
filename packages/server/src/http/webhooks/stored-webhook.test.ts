import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import { signing, withSecret, type SigningSecret } from './stored-webhook.ts'

const HOUR = 3_600_000
const first: SigningSecret = { secret: 'first', until: null }

function fresh(secret: string): SigningSecret {
  return { secret, until: null }
}

test('a secret signs for a day after it was replaced, however often others are replaced later', () => {
  const second = withSecret([first], fresh('second'), 10 * HOUR)
  const third = withSecret(second, fresh('third'), 20 * HOUR)
  const at = (hours: number): string[] => signing(third, hours * HOUR)
  deepEqual(at(20), ['third', 'second', 'first'])
  deepEqual(signing(third, 34 * HOUR - 1), ['third', 'second', 'first'])
  deepEqual(at(34), ['third', 'second'])
  deepEqual(signing(third, 44 * HOUR - 1), ['third', 'second'])
  deepEqual([at(44), at(1e6)], [['third'], ['third']])
  // What signs no more is not kept.
  const fourth = withSecret(third, fresh('fourth'), 34 * HOUR)
  deepEqual(
    fourth.map(({ secret }) => secret),
    ['fourth', 'third', 'second'],
  )
})

test('at most ten sign, the newest', () => {
  let secrets: readonly SigningSecret[] = [first]
  for (let n = 1; n <= 12; n++) secrets = withSecret(secrets, fresh(`secret ${n}`), n)
  equal(secrets.length, 10)
  deepEqual(signing(secrets, 13).slice(0, 2), ['secret 12', 'secret 11'])
})

import { deepEqual, equal, ok } from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { OpenApi } from '../../src/http/docs/openapi.ts'
import { running } from './support/running.ts'

async function described(t: TestContext): Promise<{ text: string; document: OpenApi }> {
  const { call } = await running(t)
  const { text, body } = await call('GET', '/openapi.json')
  return { text, document: body as unknown as OpenApi }
}

/** Every pattern, once. */
function patternsIn(text: string): Set<string> {
  const found = new Set<string>()
  JSON.parse(text, (name, value: unknown) => {
    if (name === 'pattern' && typeof value === 'string') found.add(value)
    return value
  })
  return found
}

test('the patterns of texts name ranges, and refuse what the properties of Unicode do', async (t) => {
  const patterns = patternsIn((await described(t)).text)
  ok(patterns.size >= 4)
  for (const pattern of patterns) equal(/\\[pP]/.test(pattern), false, pattern)
  const ofText = [...patterns].filter((pattern) => pattern.includes('\\u0000'))
  equal(ofText.length, 3)
  const different: string[] = []
  for (const pattern of ofText) {
    const [ranges, properties] = [new RegExp(pattern, 'u'), new RegExp(asProperties(pattern), 'u')]
    for (let point = 0; point <= 0x10ffff; point++) {
      const character = String.fromCodePoint(point)
      if (ranges.test(character) !== properties.test(character))
        different.push(`${pattern} ${point}`)
    }
  }
  deepEqual(different, [])
})

function asProperties(pattern: string): string {
  return pattern.replace(/^\^\[\^(:?)[^\]]*\]/, String.raw`^[^$1\p{Cc}\p{Cs}]`)
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonBytes, metadataBytes } from './json-bytes.ts'

const TEXTS = ['', 'plain', '"', '\\\\"', 'é', '߿ࠀ', '漢字', '🧦', 'a🧦"漢\\é', '\uffff', '\u2028']

test('bytes are counted as they are written', () => {
  for (const text of TEXTS) assert.equal(jsonBytes(text), Buffer.byteLength(JSON.stringify(text)))
})

test('metadata is counted with its braces and commas', () => {
  const all = Object.fromEntries(TEXTS.map((text, index) => [`k${index}"`, text]))
  for (const metadata of [{ a: '' }, all]) {
    const written = Buffer.byteLength(JSON.stringify(metadata))
    // No comma follows the last pair.
    assert.equal(metadataBytes(metadata), written + 1)
  }
  assert.equal(metadataBytes({}), 2)
})

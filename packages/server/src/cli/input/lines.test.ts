import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { lines, type Line } from './lines.ts'

async function read(chunks: readonly Uint8Array[], longest = 100): Promise<Line[]> {
  const found: Line[] = []
  const source = (async function* () {
    yield* chunks
  })()
  for await (const some of lines(source, longest)) found.push(...some)
  return found
}

describe('lines', () => {
  it('come out the same however the bytes are cut', async () => {
    const bytes = Buffer.from('\ufeffone\r\ntwo £ 京\n\nlast')
    for (let size = 1; size <= bytes.length; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      )
      assert.deepEqual(await read(chunks), ['one', 'two £ 京', '', 'last'])
    }
  })

  it('come out of UTF-16 and of old line ends the same, however the bytes are cut', async () => {
    const text = '\ufeffone\r\ntwo £ 京\n\nlast'
    const little = Buffer.from(text, 'utf16le')
    const big = Buffer.from(little).swap16()
    const old = Buffer.from(text.replaceAll(/\r?\n/g, '\r'))
    for (const bytes of [little, big, old, Buffer.concat([old, Buffer.from('\r')])]) {
      for (let size = 1; size <= bytes.length; size++) {
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        )
        assert.deepEqual(await read(chunks), ['one', 'two £ 京', '', 'last'])
      }
    }
  })

  it('that are too long are told of, and do not fill the memory', async () => {
    const long = Buffer.alloc(60, 'x')
    assert.deepEqual(await read([long, long, long, Buffer.from('\nfine\n'), long], 100), [
      null,
      'fine',
      'x'.repeat(60),
    ])
  })

  it('show bytes that are no UTF-8 as U+FFFD', async () => {
    assert.deepEqual(await read([Buffer.from([0x61, 0xff, 0x0a])]), ['a\ufffd'])
  })
})

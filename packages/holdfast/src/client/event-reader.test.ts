import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { eventsOf, type ServerEvent } from './event-reader.ts'

const encoder = new TextEncoder()

/** The events read from a text whose bytes arrive in pieces of these lengths, repeated. */
async function read(text: string, lengths: readonly number[] = [7]): Promise<ServerEvent[]> {
  const bytes = encoder.encode(text)
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const length = lengths[turn % lengths.length]!
      yield bytes.subarray(at, at + length)
      at += length
    }
  }
  const events: ServerEvent[] = []
  for await (const event of eventsOf(pieces())) events.push(event)
  return events
}

/** A line, and what it adds to its event. */
interface Said {
  readonly line: string
  readonly data?: string
  readonly id?: string
}

const said = fc.constantFrom<Said>(
  { line: 'data: a', data: 'a' },
  { line: 'data:b', data: 'b' },
  { line: 'data:  two', data: ' two' },
  { line: 'data', data: '' },
  { line: 'data:', data: '' },
  { line: 'data: é😀: {"a":1}', data: 'é😀: {"a":1}' },
  { line: 'id: 4', id: '4' },
  { line: 'id:5', id: '5' },
  { line: 'id', id: '' },
  ...[
    'id: \0',
    'event: other',
    'retry: 10',
    ': comment',
    ':',
    'dat: no',
    ' data: no',
    'DATA: no',
  ].map((line) => ({ line })),
)
const ends = fc.array(fc.constantFrom('\n', '\r', '\r\n'), { minLength: 1, maxLength: 4 })
const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })

test('any legal stream is read, whatever its line ends and wherever it is cut', async () => {
  const same = fc.asyncProperty(
    fc.array(fc.array(said)),
    ends,
    cuts,
    async (blocks, by, lengths) => {
      let text = ''
      let count = 0
      const add = (line: string): void => {
        const end = by[count++ % by.length]!
        // An empty line's end could be read as the second half of the previous CR.
        text += `${line}${line === '' && end === '\n' && text.endsWith('\r') ? '\r' : end}`
      }
      const events: ServerEvent[] = []
      let id = ''
      for (const lines of blocks) {
        for (const { line } of lines) add(line)
        add('')
        const data = lines.flatMap((one) => one.data ?? [])
        const ids = lines.flatMap((one) => one.id ?? [])
        id = ids.at(-1) ?? id
        if (data.length + ids.length > 0)
          events.push({ id, data: data.length === 0 ? null : data.join('\n') })
      }
      deepEqual(await read(text, lengths), events)
    },
  )
  await fc.assert(same, { numRuns: 500 })
})

test('a byte order mark, a CRLF cut in two, ids that persist, ids alone, an unfinished event', async () => {
  const text = '\ufeffid:1\r\ndata:a\r\ndata\r\n\r\n:\r\rdata:b\n\nid:2\n\nid:3\ndata:cut off'
  for (const length of [1, 2, 3, 1000]) {
    deepEqual(await read(text, [length]), [
      { id: '1', data: 'a\n' },
      { id: '1', data: 'b' },
      { id: '2', data: null },
    ])
  }
})

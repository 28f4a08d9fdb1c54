/** One event of a stream: its id, and its data if it has any. */
export interface ServerEvent {
  readonly id: string
  readonly data: string | null
}

const LINE_END = /\r\n|\r|\n/g

/**
 * The events of a `text/event-stream`, parsed as its specification says: lines end with CR, LF or both, the space after
 * a colon is optional, and an event without its final blank line is dropped. One difference: an id without data is an
 * event here, because it shows how far the stream has come.
 */
export async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder() // drops a BOM
  let rest = ''
  let endedInCr = false
  let id = ''
  let hasId = false
  let data: string | null = null
  for await (const bytes of body) {
    let piece = decoder.decode(bytes, { stream: true })
    if (piece === '') continue
    // The second half of a CRLF: its line has already ended.
    if (endedInCr && piece.startsWith('\n')) piece = piece.slice(1)
    endedInCr = piece.endsWith('\r')
    const text = rest + piece
    let start = 0
    for (const { 0: end, index } of text.matchAll(LINE_END)) {
      const line = text.slice(start, index)
      start = index + end.length
      if (line === '') {
        if (hasId || data !== null) yield { id, data }
        hasId = false
        data = null
        continue
      }
      const [, name = line, value = ''] = /^([^:]*): ?(.*)$/s.exec(line) ?? []
      if (name === 'data') data = data === null ? value : `${data}\n${value}`
      else if (name === 'id' && !value.includes('\0')) [id, hasId] = [value, true]
    }
    rest = text.slice(start)
  }
}

/** One event of a stream: its id, and its data where it has any. */
export interface ServerEvent {
  readonly id: string
  readonly data: string | null
}

/** The events of a `text/event-stream`, as its specification reads them; comments are left out. */
export async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  let id = ''
  let data: string | null = null
  for await (const bytes of body) {
    const text = rest + decoder.decode(bytes, { stream: true })
    let start = 0
    for (let end: number; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
      const line = text.slice(start, end)
      if (line === '') {
        if (id !== '' || data !== null) yield { id, data }
        data = null
      } else if (line.startsWith('id: ')) id = line.slice(4)
      else if (line.startsWith('data: ')) data = (data === null ? '' : `${data}\n`) + line.slice(6)
    }
    rest = text.slice(start)
  }
}

/** A line without its line ending; null if it is too long. */
export type Line = string | null

/**
 * The lines of a text, in pieces. UTF-8, or UTF-16 with a byte order mark; invalid bytes become U+FFFD. Lines end with LF
 * or CR LF, or with CR if the first one does. A binary file without line endings cannot fill the memory.
 */
export async function* lines(
  chunks: AsyncIterable<Uint8Array>,
  longest: number,
): AsyncGenerator<Line[]> {
  let end: string | null = null
  let rest = ''
  let tooLong = false
  const finish = (text: string): Line => {
    const line =
      tooLong || text.length > longest ? null : text.endsWith('\r') ? text.slice(0, -1) : text
    tooLong = false
    return line
  }
  for await (const text of texts(chunks)) {
    rest += text
    end ??= lineEnd(rest)
    const pieces: string[] = end === null ? [rest] : rest.split(end)
    rest = pieces.pop() ?? ''
    if (rest.length > longest) {
      tooLong = true
      rest = ''
    }
    if (pieces.length > 0) yield pieces.map(finish)
  }
  if (rest !== '' || tooLong) yield [finish(rest)]
}

/** The line ending of the first line; null if it is not known yet, because an LF may follow a CR at the end. */
function lineEnd(text: string): string | null {
  const found = /\n|\r(?=[^])/.exec(text)
  if (found === null) return null
  return text[found.index] === '\r' && text[found.index + 1] !== '\n' ? '\r' : '\n'
}

async function* texts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let first: Uint8Array = new Uint8Array()
  for await (const chunk of chunks) {
    if (decoder !== undefined) {
      yield decoder.decode(chunk, { stream: true })
      continue
    }
    first = Buffer.concat([first, chunk])
    if (first.length < 2) continue
    decoder = decoderOf(first)
    yield decoder.decode(first, { stream: true })
  }
  yield decoder === undefined ? new TextDecoder().decode(first) : decoder.decode()
}

function decoderOf([first, second]: Uint8Array): TextDecoder {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le')
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be')
  return new TextDecoder()
}

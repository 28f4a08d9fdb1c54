/** A line without its end; null where it is longer than anything that makes sense. */
export type Line = string | null

/**
 * The lines of a text, a piece of them at a time. UTF-8, with or without a byte order mark; bytes
 * that are none become U+FFFD. A binary file without line ends cannot fill the memory.
 */
export async function* lines(
  chunks: AsyncIterable<Uint8Array>,
  longest: number,
): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder()
  let rest = ''
  let tooLong = false
  const finish = (text: string): Line => {
    const line =
      tooLong || text.length > longest ? null : text.endsWith('\r') ? text.slice(0, -1) : text
    tooLong = false
    return line
  }
  for await (const chunk of chunks) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = pieces.pop() ?? ''
    if (rest.length > longest) {
      tooLong = true
      rest = ''
    }
    if (pieces.length > 0) yield pieces.map(finish)
  }
  rest += decoder.decode()
  if (rest !== '' || tooLong) yield [finish(rest)]
}

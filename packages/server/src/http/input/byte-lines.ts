const LINE_FEED = 0x0a

/**
 * Splits a stream into whole lines. All lines that one chunk completes come together, so that they can be decided
 * together. Throws if a line is too long, or nothing comes for too long.
 */
export async function* byteLines(
  stream: AsyncIterable<Buffer>,
  mostBytes: number,
): AsyncGenerator<Buffer[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const piece of stream) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
    const lines: Buffer[] = []
    let start = 0
    for (let end: number; (end = bytes.indexOf(LINE_FEED, start)) >= 0; start = end + 1) {
      if (end - start > mostBytes) break
      lines.push(bytes.subarray(start, end))
    }
    rest = bytes.subarray(start)
    if (lines.length > 0) yield lines
    if (rest.length > mostBytes) throw new LineTooLong()
  }
  if (rest.length > 0) yield [rest]
}

export class LineTooLong extends Error {}

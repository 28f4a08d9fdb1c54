import { lines } from './lines.ts'
import { openToRead } from './open-to-read.ts'

/** Enough for a thousand commands with as much metadata as they may have. */
const LONGEST_LINE = 32 * 1024 * 1024

/** The value of a line, or what is wrong with it; `line` counts from 1. */
export type JsonLine =
  | { readonly line: number; readonly value: unknown }
  | { readonly line: number; readonly problem: string }

/** The values of a file of JSON lines, or of stdin for `-`. Empty lines are skipped. */
export async function* jsonLines(path: string): AsyncGenerator<JsonLine[]> {
  const source = path === '-' ? process.stdin : (await openToRead(path)).createReadStream()
  let line = 0
  for await (const some of lines(source as AsyncIterable<Uint8Array>, LONGEST_LINE)) {
    const found: JsonLine[] = []
    for (const text of some) {
      line++
      if (text === null) found.push({ line, problem: 'the line is too long' })
      else if (text.trim() !== '') found.push(parsed(line, text))
    }
    yield found
  }
}

function parsed(line: number, text: string): JsonLine {
  try {
    return { line, value: JSON.parse(text) as unknown }
  } catch {
    return { line, problem: 'the line is not JSON' }
  }
}

import { endOfString, SALT } from './text-alone.ts'

/** How many lines, or how many texts, are between two marks. */
export const MARKED = 16

/** Where lines and texts of a commit begin, for a store that can read a piece of a value. Positions are in bytes. */
export interface Marks {
  /** Of the lines 0, MARKED, 2 × MARKED, …, and after the last one; empty if there is none. */
  readonly lines: readonly number[]
  /** The same of the salts before the texts; empty if the list is not in the form in which it is written. */
  readonly texts: readonly number[]
}

/** The marks of a body and of its list of texts, both in UTF-8. */
export function marksOf(body: Uint8Array, texts: Uint8Array | null): Marks {
  return { lines: lineMarks(byByte(body)), texts: texts === null ? [] : textMarks(byByte(texts)) }
}

export function areSameMarks(one: Marks, other: Marks): boolean {
  return one.lines.join() === other.lines.join() && one.texts.join() === other.texts.join()
}

/** These quotation marks occur in no JSON string. */
const ENTRIES = '"entries":['

/** Lines contain numbers, and names of what they contain: each ends at the next bracket. */
function lineMarks(body: string): number[] {
  const found = body.indexOf(ENTRIES)
  const marks: number[] = []
  if (found < 0) return marks
  let at = found + ENTRIES.length
  for (let index = 0; body[at] === '['; index++) {
    if (index % MARKED === 0) marks.push(at)
    const end = body.indexOf(']', at)
    if (body[end + 1] !== ',') return [...marks, end + 1]
    at = end + 2
  }
  return []
}

function textMarks(texts: string): number[] {
  const marks: number[] = []
  let at = 1
  for (let index = 0; ; index++) {
    const from = at + SALT + 3
    if (texts[at] !== '"' || texts[from - 2] !== '"' || texts[from] !== '"') return []
    if (index % MARKED === 0) marks.push(at)
    const end = endOfString(texts, from + 1)
    if (texts[end] === ']' && end + 1 === texts.length) return [...marks, end]
    if (end === 0 || texts[end] !== ',') return []
    at = end + 1
  }
}

/** A character for each byte. */
function byByte({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1')
}

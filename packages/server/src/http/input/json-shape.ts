const DEEPEST = 32
/** A thousand commands with all of their fields and 50 names of metadata each have 70,000. */
const MOST_NAMES = 100_000
/** Fields and items. Such a list that also takes a hundred reservations along with each command has 170,000. */
const MOST_PARTS = 250_000

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d

/**
 * Finds what `JSON.parse` accepts silently: a name twice in one object (the last would win, and a proxy may have read the
 * first), nesting that is too deep, and more names or parts than any command has: `JSON.parse` takes seconds for 8 MiB
 * of them, and meanwhile nobody else is served. So this is asked first. Returns null if all is well. The text need not be
 * JSON; then the result means nothing. @throws SyntaxError if it is not
 */
export function oddity(text: string): string | null {
  // The names of each open object; null for a list.
  const open: (Set<string> | null)[] = []
  let at = 0
  let [allNames, parts] = [0, 0]
  while (at < text.length) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) {
      const end = endOfString(text, at)
      const names = open.at(-1)
      if (names !== undefined && names !== null && isName(text, end)) {
        const name = nameOf(text, at, end)
        if (names.has(name)) return `${name.slice(0, 60)} appears twice in one object`
        if (++allNames > MOST_NAMES) return `has more than ${MOST_NAMES} names`
        names.add(name)
      }
      at = end
      continue
    }
    if (unit === OPEN_OBJECT || unit === OPEN_LIST) {
      if (open.length === DEEPEST) return `is nested deeper than ${DEEPEST}`
      open.push(unit === OPEN_OBJECT ? new Set() : null)
      parts++
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_LIST) open.pop()
    else if (unit === COMMA) parts++
    if (parts > MOST_PARTS) return `has more than ${MOST_PARTS} parts`
    at++
  }
  return null
}

/** The index after the closing quote, or after the text. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) return at + 1
    if (unit === BACKSLASH) at++
  }
  return text.length
}

function isName(text: string, from: number): boolean {
  let at = from
  while (text.charCodeAt(at) <= 0x20) at++
  return text.charCodeAt(at) === COLON
}

/** Escapes can spell one name in two ways. */
function nameOf(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1)
  return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw
}

const DEEPEST = 32

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d

/**
 * Finds what `JSON.parse` accepts silently: a name twice in one object (the last would win, and a proxy may have read the
 * first), and nesting that is too deep. The text must be valid JSON. Returns null if all is well.
 */
export function oddity(text: string): string | null {
  // The names of each open object; null for a list.
  const open: (Set<string> | null)[] = []
  let at = 0
  while (at < text.length) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) {
      const end = endOfString(text, at)
      const names = open.at(-1)
      if (names !== undefined && names !== null && isName(text, end)) {
        const name = nameOf(text, at, end)
        if (names.has(name)) return `${name.slice(0, 60)} appears twice in one object`
        names.add(name)
      }
      at = end
      continue
    }
    if (unit === OPEN_OBJECT || unit === OPEN_LIST) {
      if (open.length === DEEPEST) return `is nested deeper than ${DEEPEST}`
      open.push(unit === OPEN_OBJECT ? new Set() : null)
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_LIST) open.pop()
    at++
  }
  return null
}

/** The index after the closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) return at + 1
    if (unit === BACKSLASH) at++
  }
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

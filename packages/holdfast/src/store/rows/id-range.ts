/**
 * The first string, in order of UTF-8 bytes, after all those that begin with `prefix`; null where
 * there is none. (LIKE would fold case, and take % and _ for more than they are.)
 */
export function successor(prefix: string): string | null {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10_ff_ff) continue
    // Between U+D7FF and U+E000 lie the surrogates, which no well-formed string holds.
    points.push(last === 0xd7_ff ? 0xe0_00 : last + 1)
    return String.fromCodePoint(...points)
  }
  return null
}

/**
 * The order of two ids by their UTF-8 bytes, as the databases compare them. JavaScript's own order is
 * by UTF-16 unit, which puts characters beyond U+FFFF (surrogates) before U+E000 to U+FFFF.
 */
export function compareIds(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Moves the surrogates after all other units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}

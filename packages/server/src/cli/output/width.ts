const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Characters that take two columns: emoji, and those of East Asian scripts that are wide. */
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u
/** Marks and the like, which take none by themselves. */
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]/u
const PLAIN = /^[\u0020-\u007e]*$/

/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length
  return charactersOf(text).reduce((sum, each) => sum + widthOfOne(each), 0)
}

/** The beginning of a text, in at most this many columns. No character is cut in two. */
export function cutTo(text: string, width: number): string {
  let left = width
  const end = charactersOf(text).findIndex((each) => (left -= widthOfOne(each)) < 0)
  return end < 0 ? text : charactersOf(text).slice(0, end).join('')
}

function charactersOf(text: string): string[] {
  return Array.from(CHARACTERS.segment(text), ({ segment }) => segment)
}

function widthOfOne(character: string): number {
  return WIDE.test(character) ? 2 : NO_WIDTH.test(character) ? 0 : 1
}

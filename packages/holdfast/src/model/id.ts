import { checkText, invalid, LIMITS } from './limits.ts'

/** Invisible characters, by the names that people search for. Others are shown by number. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0xa0, 'no-break space'],
  [0xad, 'soft hyphen'],
  [0x200b, 'zero width space'],
  [0x200c, 'zero width non-joiner'],
  [0x200d, 'zero width joiner'],
  [0x200e, 'left-to-right mark'],
  [0x200f, 'right-to-left mark'],
  [0x2028, 'line separator'],
  [0x2029, 'paragraph separator'],
  [0x202e, 'right-to-left override'],
  [0x202f, 'narrow no-break space'],
  [0x2060, 'word joiner'],
  [0x2800, 'braille blank'],
  [0x3000, 'ideographic space'],
  [0xfe0f, 'variation selector-16'],
  [0xfeff, 'byte order mark'],
])

const UNSEEN = /[\u2800\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/u
/** Unambiguous in any text: visible ASCII without spaces and quotation marks. */
const PLAIN_ASCII = /^[!#-~]+$/
const PLAIN =
  /^(?![^]*["\u2800\p{Default_Ignorable_Code_Point}])[\p{L}\p{N}\p{P}\p{S}][\p{L}\p{N}\p{P}\p{S}\p{M}]*$/u
/** Inside quotes a space is visible too. */
const ESCAPED = /[^ \p{L}\p{N}\p{P}\p{S}\p{M}]|\u2800|\p{Default_Ignorable_Code_Point}/gu
// oxlint-disable-next-line no-control-regex
const NOT_ASCII = /[^\u0000-\u007f]/gu

/**
 * An id: 1 to 128 characters in normal form C, compared byte for byte. Ids that differ only in invisible characters are
 * refused: format characters, characters without a glyph, any space but U+0020, and U+0020 at either end.
 * @throws InvalidInputError
 */
export function checkId(value: unknown, field: string): asserts value is string {
  if (isPlainId(value)) return
  checkPrefix(value, field)
  if (value.endsWith(' ')) throw invalid(field, `ends with a space: ${quoted(value)}`)
}

/** The beginning of an id. Unlike an id, it may end in a space. @throws InvalidInputError */
export function checkPrefix(value: unknown, field: string): asserts value is string {
  checkText(value, field, LIMITS.idLength)
  if (value.startsWith(' ')) throw invalid(field, `starts with a space: ${quoted(value)}`)
  const unseen = UNSEEN.exec(value)?.[0]
  if (unseen !== undefined)
    throw invalid(field, `contains ${named(unseen)}, which is invisible: ${quoted(value)}`)
  if (value.normalize('NFC') !== value)
    throw invalid(field, `is not in normal form C (NFC): ${quoted(value, NOT_ASCII)}`)
}

/** Nearly every id: plain ASCII, which needs no further checks. */
function isPlainId(value: unknown): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > LIMITS.idLength)
    return false
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (unit < 0x20 || unit > 0x7e) return false
  }
  return value.charCodeAt(0) !== 0x20 && value.charCodeAt(value.length - 1) !== 0x20
}

/**
 * An id for people to read: unchanged, or quoted and escaped if a space, a quotation mark or an invisible character
 * could make it ambiguous.
 * @example
 * shownId('MUG-BLUE') // MUG-BLUE
 * shownId('MUG BLUE') // "MUG BLUE"
 */
export function shownId(id: string): string {
  return PLAIN_ASCII.test(id) || PLAIN.test(id) ? id : quoted(id)
}

/** As a JSON string, with invisible characters escaped. */
function quoted(text: string, escaped = ESCAPED): string {
  return JSON.stringify(text).replace(escaped, (character) =>
    Array.from({ length: character.length }, (_, index) => {
      const unit = character.charCodeAt(index).toString(16)
      return `\\u${unit.padStart(4, '0')}`
    }).join(''),
  )
}

function named(character: string): string {
  const code = character.codePointAt(0)!
  const number = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  const name = NAMES.get(code)
  return name === undefined ? number : `${number} (${name})`
}

/** As written: `["salt","text","salt","text"]`, a salt of 22 characters, without spaces. */
export const SALT = 22

/**
 * The texts of a commit one by one, without parsing the others: a tenth of the time in a commit of a thousand. What was
 * passed on the way to one text is not passed again on the way to the next.
 */
export class TextsAlone {
  readonly #texts: string
  /** Where the salts of the texts 0, 1, 2, … begin, as far as they were seen. */
  readonly #starts = [1]

  constructor(texts: string) {
    this.#texts = texts
  }

  /** The text with a number. Undefined if the list is not written in that form. */
  text(place: number): string | undefined {
    const texts = this.#texts
    const starts = this.#starts
    for (let index = Math.min(place, starts.length - 1); ; index++) {
      const from = starts[index]! + SALT + 3
      if (texts.charCodeAt(from) !== QUOTE || texts.charCodeAt(from - 2) !== QUOTE) return undefined
      const end = endOfString(texts, from + 1)
      if (end === 0) return undefined
      if (index + 1 === starts.length) starts.push(end + 1)
      if (index === place) return parsedText(texts.slice(from, end))
    }
  }
}

/** V8 keeps the whole of a text in memory for a piece of it that is as long as this. */
const KEEPS_WHOLE = 13

/**
 * All texts of a list; null if it is not in the form in which it is written. If they are short, it takes a third of the
 * time of parsing the list.
 */
export function textsOf(list: string): string[] | null {
  const texts: (string | undefined)[] = []
  const isPlain = !list.includes('\\')
  const isRead = eachText(list, (_at, from, end) => {
    const isCopied = isPlain && end - from - 2 < KEEPS_WHOLE
    texts.push(isCopied ? list.slice(from + 1, end - 1) : parsedText(list.slice(from, end)))
  })
  return isRead && !texts.includes(undefined) ? (texts as string[]) : null
}

/**
 * Calls back with where each pair of salt and text begins, its text, and where it ends. False if the list has another
 * form. A text is not parsed, so it may be no string of JSON.
 */
export function eachText(
  list: string,
  text: (at: number, from: number, end: number) => void,
): boolean {
  if (!list.startsWith('[')) return false
  for (let at = 1; ;) {
    const from = at + SALT + 3
    if (!isSalt(list, at) || list.charCodeAt(from - 1) !== COMMA || list.charCodeAt(from) !== QUOTE)
      return false
    const end = endOfString(list, from + 1)
    if (end === 0) return false
    text(at, from, end)
    if (end + 1 === list.length) return list[end] === ']'
    if (list.charCodeAt(end) !== COMMA) return false
    at = end + 1
  }
}

/** Whether a salt stands there, as it is written: no character can be moved from it to its text, or back. */
function isSalt(list: string, at: number): boolean {
  const end = at + SALT + 1
  if (list.charCodeAt(at) !== QUOTE || list.charCodeAt(end) !== QUOTE) return false
  for (let index = at + 1; index < end; index++)
    if (IN_SALTS[list.charCodeAt(index)] !== 1) return false
  return true
}

function parsedText(json: string): string | undefined {
  try {
    return JSON.parse(json) as string
  } catch {
    return undefined
  }
}

/** After the quotation mark that ends a string of JSON; 0 if none does. A string with escapes takes 1 ns a character. */
export function endOfString(json: string, from: number): number {
  const first = json.indexOf('"', from)
  if (first < 0) return 0
  if (json.charCodeAt(first - 1) !== BACKSLASH) return first + 1
  for (let at = from; at < json.length; at++) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) return at + 1
    if (code === BACKSLASH) at++
  }
  return 0
}

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c]
const IN_SALTS = new Uint8Array(128)
for (const one of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
  IN_SALTS[one.charCodeAt(0)] = 1

/** As written: `["salt","text","salt","text"]`, a salt of 22 characters, without spaces. */
const SALT = 22

/**
 * The text with a number, without parsing the others: a tenth of the time in a commit of a thousand. Undefined if the
 * list is not written in that form.
 */
export function textAlone(texts: string, place: number): string | undefined {
  let at = 1
  for (let index = 0; ; index++) {
    const from = at + SALT + 3
    if (texts.charCodeAt(from) !== QUOTE || texts.charCodeAt(from - 2) !== QUOTE) return undefined
    const end = endOfString(texts, from + 1)
    if (end === 0) return undefined
    if (index === place) return parsedText(texts.slice(from, end))
    at = end + 1
  }
}

function parsedText(json: string): string | undefined {
  try {
    return JSON.parse(json) as string
  } catch {
    return undefined
  }
}

/** Behind the quotation mark that ends a string of JSON; 0 if none does. */
function endOfString(json: string, from: number): number {
  for (let at = json.indexOf('"', from); at >= 0; at = json.indexOf('"', at + 1)) {
    let backslashes = 0
    while (json.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return at + 1
  }
  return 0
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c]

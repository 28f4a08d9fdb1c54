import { stripVTControlCharacters } from 'node:util'

// Control characters, and those that turn the direction of text: both can make a terminal show
// something else than what is there. Ids cannot contain control characters, files can.
// oxlint-disable-next-line no-control-regex
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Text as it may be shown in a terminal. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(HARMFUL, '')
}

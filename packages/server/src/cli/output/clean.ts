import { stripVTControlCharacters } from 'node:util'

// Control characters, and those that change the direction of text: with both a terminal can show something
// that is not there. Ids cannot contain control characters, but files can.
// oxlint-disable-next-line no-control-regex
const HARMFUL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Text that is safe to show in a terminal. */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replace(HARMFUL, '')
}

import { InvalidArgumentError } from 'commander'

/** TYPE:ID; the type ends at the first colon. */
export function reference(text: string): { type: string; id: string } {
  const at = text.indexOf(':')
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError('It must be like order:4711.')
  return { type: text.slice(0, at), id: text.slice(at + 1) }
}

/** The same, checked and left as text, as filters take it. */
export function referenceText(text: string): string {
  reference(text)
  return text
}

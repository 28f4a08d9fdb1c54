import { InvalidArgumentError } from 'commander'
import { shownId } from 'holdfast'
import { flawOf } from '../input/id-flaw.ts'
import { wholeNumber } from './whole-number.ts'

/** A repeatable ID:NAME; the id ends at the first colon. @throws InvalidArgumentError */
export function namedWarehouses(
  text: string,
  before: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const at = text.indexOf(':')
  if (at < 1 || at === text.length - 1) {
    throw new InvalidArgumentError('It must be like SF:"San Francisco".')
  }
  const id = text.slice(0, at)
  const flaw = flawOf(id, 'Its id')
  if (flaw !== null) throw new InvalidArgumentError(`${flaw}.`)
  if (before.has(id)) throw new InvalidArgumentError(`${shownId(id)} is given twice.`)
  return new Map([...before, [id, text.slice(at + 1)]])
}

/** Not null for `none`: commander makes an empty text of it. */
export function unitsOrNone(text: string): number | 'none' {
  return text === 'none' ? 'none' : wholeNumber(text)
}

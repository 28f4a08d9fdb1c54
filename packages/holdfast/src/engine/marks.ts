import { checkObject, checkText, invalid, LIMITS } from '../model/limits.ts'
import type { Mark } from '../store/store.ts'

const VALUE_LENGTH = 65_536

/** Where consumers keep their positions. */
export const CONSUMER_MARK = 'consumer:'

/**
 * Copies of a caller's marks, checked: names like any key, values up to 64 Ki characters of well-formed
 * text. What is written later is the copies. @throws InvalidInputError
 */
export function ownMarks(marks: readonly Mark[]): Mark[] {
  if (!Array.isArray(marks)) throw invalid('marks', 'must be a list')
  return Array.from(marks as readonly unknown[], (mark) => {
    checkObject(mark, 'mark')
    const { name, value } = mark
    checkText(name, 'mark name', LIMITS.keyLength)
    if (name.startsWith(CONSUMER_MARK))
      throw invalid('mark name', `must not begin with ${CONSUMER_MARK}`)
    checkText(value, `mark ${name}`, VALUE_LENGTH)
    return { name, value }
  })
}

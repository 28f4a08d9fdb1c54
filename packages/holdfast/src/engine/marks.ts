import { checkObject, checkText, invalid, LIMITS } from '../domain/limits.ts'
import type { Mark } from '../store/store.ts'

const VALUE_LENGTH = 65_536

/** Where consumers keep their positions. */
export const CONSUMER_MARK = 'consumer:'

/** Names like any key; values up to 64 Ki characters of well-formed text. @throws InvalidInputError */
export function checkMarks(marks: readonly Mark[]): void {
  if (!Array.isArray(marks)) throw invalid('marks', 'must be a list')
  for (const mark of marks as unknown[]) {
    checkObject(mark, 'mark')
    const { name, value } = mark
    checkText(name, 'mark name', LIMITS.keyLength)
    if (name.startsWith(CONSUMER_MARK))
      throw invalid('mark name', `must not begin with ${CONSUMER_MARK}`)
    checkText(value, `mark ${name}`, VALUE_LENGTH)
  }
}

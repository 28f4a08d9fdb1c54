import { checkText, invalid, LIMITS } from '../domain/limits.ts'
import type { Mark } from '../store/store.ts'

const VALUE_LENGTH = 65_536

/** Names like any key; values up to 64 Ki characters of well-formed text. @throws InvalidInputError */
export function checkMarks(marks: readonly Mark[]): void {
  if (!Array.isArray(marks)) throw invalid('marks', 'must be a list')
  for (const { name, value } of marks) {
    checkText(name, 'mark name', LIMITS.keyLength)
    checkText(value, `mark ${name}`, VALUE_LENGTH)
  }
}

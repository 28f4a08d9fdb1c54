import { invalid } from '../../limits.ts'
import { made } from './field.ts'

/** Yes or no. */
function flag(words: string) {
  return made<boolean>({
    check: (value, name) => {
      if (typeof value !== 'boolean') throw invalid(name, 'must be true or false')
    },
    schema: { type: 'boolean' },
    words,
    flag: { value: null },
  })
}

export const requiresApproval = flag('wait for approval, even if the policy asks for none')
export const ship = flag('ship them immediately')
export const reacquire = flag('if the hold has expired, take available units again and sell them')
export const low = flag('only levels whose available units are at or below the low-stock threshold')
export const onlyIfChanged = flag('write nothing if the count matches the books')

/** One of a few names. */
export function oneOf<const T extends string>(
  values: Readonly<Record<string, T>>,
  words: string,
  value: string,
) {
  const choices = Object.values(values)
  return made<T>({
    check: (given, name) => {
      if (typeof given !== 'string' || !Object.hasOwn(values, given))
        throw invalid(name, `must be one of ${choices.join(', ')}`)
    },
    schema: { type: 'string', enum: choices },
    words,
    flag: { value, choices },
  })
}

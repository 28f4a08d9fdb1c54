import { checkObject, invalid } from './limits.ts'

/** A position of the trail, stored outside the inventory. */
export interface Remembered {
  readonly seq: number
  readonly hash: string
}

/** A checked copy. A mistyped one would accuse a sound trail of being rewritten. @throws InvalidInputError */
export function ownRemembered(value: unknown, field: string): Remembered {
  checkObject(value, field)
  const { seq, hash } = value
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0)
    throw invalid(`${field}.seq`, 'must be a whole number, 0 or more')
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash))
    throw invalid(`${field}.hash`, 'must be 64 hex digits in lower case')
  return { seq, hash }
}

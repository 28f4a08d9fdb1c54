import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { checkId } from 'holdfast'

/**
 * The judge of everything that comes in: nothing is coerced, nothing removed, no default put in, and
 * the first fault ends it.
 */
const ajv = new Ajv({
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  allErrors: false,
  discriminator: true,
  strict: true,
  code: { optimize: false }, // it takes longer than what it saves
  strictRequired: false, // a discriminated union requires what its variants define
  keywords: ['example'],
  formats: { id: isId },
  verbose: true, // an error carries the value: an id's refusal shows what cannot be seen
})

function isId(text: string): boolean {
  try {
    checkId(text, 'id')
    return true
  } catch {
    return false
  }
}

/** Says whether a value is as its schema says; after a value that is not, `errors` says why. */
export interface Judge {
  (value: unknown): boolean
  errors: ErrorObject[] | null
}

/**
 * Compiled when the first value comes: together the schemas of all operations take half a second of
 * processor time, which every start would wait for.
 */
export function compile(schema: object): Judge {
  let validate: ValidateFunction | null = null
  const judge: Judge = (value) => {
    validate ??= ajv.compile(schema)
    const isValid = validate(value)
    judge.errors = validate.errors ?? null
    return isValid
  }
  judge.errors = null
  return judge
}

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { checkId } from 'holdfast'

/** Validates all input. It coerces nothing, removes nothing, sets no defaults, and stops at the first error. */
const ajv = new Ajv({
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
  allErrors: false,
  discriminator: true,
  strict: true,
  code: { optimize: false }, // takes longer than it saves
  strictRequired: false, // a discriminated union requires what its variants define
  keywords: ['example'],
  formats: { id: isId },
  verbose: true, // errors carry the value: the refusal of an id shows invisible characters
})

function isId(text: string): boolean {
  try {
    checkId(text, 'id')
    return true
  } catch {
    return false
  }
}

/** Whether a value fits its schema; if not, `errors` says why. */
export interface Judge {
  (value: unknown): boolean
  errors: ErrorObject[] | null
}

/** Compiles when the first value comes: together all schemas take half a second, which each start would wait for. */
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

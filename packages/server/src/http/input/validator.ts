import { Ajv, type ValidateFunction } from 'ajv'
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

export function compile(schema: object): ValidateFunction {
  return ajv.compile(schema)
}

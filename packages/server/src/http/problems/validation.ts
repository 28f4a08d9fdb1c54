import type { ErrorObject } from 'ajv'
import { checkId, InvalidInputError, InvalidQtyError, LIMITS, type InventoryError } from 'holdfast'
import { LISTS } from 'holdfast/model'

const QUANTITIES: ReadonlySet<string> = new Set([
  'qty',
  'onHand',
  'expected',
  'unsellable',
  'capacity',
  'reorderThreshold',
])

/**
 * The library's refusal for an error of the schema, with the same code and details. `part` names the part of the
 * request, for an error of the whole value.
 */
export function refusalOf(errors: readonly ErrorObject[], part: string): InventoryError {
  const error = mostTelling(errors)
  const path = error.instancePath.split('/').slice(1).map(unescape).map(shortened)
  const command = path[0] === 'commands' && path.length > 1 ? Number(path[1]) : null
  // For a command of `atomically` in a batch, the outer command is named.
  let inner = path
  while (inner[0] === 'commands' && inner.length > 1) inner = inner.slice(2)
  const field = fieldOf(error, inner, command === null ? part : `commands[${command}]`)
  const details = command === null ? { field } : { field, index: command }
  if (error.keyword === 'format') return idRefusal(error.data, field, details)
  // An unknown field is not a quantity, whatever its name.
  const isOfQty = error.keyword !== 'additionalProperties' && isQuantity(field)
  const Refusal = isOfQty ? InvalidQtyError : InvalidInputError
  return new Refusal(`${field} ${explained(error)}`, details)
}

/**
 * The first error. A `oneOf` has errors for each variant: then the deepest, because `{ result: -1 }` is meant as a
 * result and not as an id.
 */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject {
  const [first] = errors
  if (errors.at(-1)!.keyword !== 'oneOf') return first!
  const depthOf = ({ instancePath }: ErrorObject): number => instancePath.split('/').length
  const deepest = Math.max(...errors.map(depthOf))
  const there = errors.slice(0, -1).filter((error) => depthOf(error) === deepest)
  return there.find(({ keyword }) => keyword !== 'type') ?? there[0]!
}

/** The library's own message. */
function idRefusal(value: unknown, field: string, details: object): InvalidInputError {
  try {
    checkId(value, field)
  } catch (error) {
    if (error instanceof InvalidInputError)
      return new InvalidInputError(error.message, { ...details })
    throw error
  }
  return new InvalidInputError(`${field} is no id`, { ...details })
}

function fieldOf(error: ErrorObject, path: readonly string[], whole: string): string {
  const params = error.params as Record<string, string | undefined>
  const beneath =
    params['missingProperty'] ?? params['additionalProperty'] ?? params['propertyName']
  const all = beneath === undefined ? path : [...path, shortened(beneath)]
  if (error.keyword === 'discriminator') return 'verb'
  if (all.length === 0) return whole
  const name = all.reduce((names, step) =>
    /^\d+$/.test(step) ? `${names}[${step}]` : `${names}.${step}`,
  )
  // Of a name in an object, not of its value.
  return error.propertyName === undefined ? name : `${name} key`
}

/** Whether a field of this name is a number of units. */
export function isQuantity(field: string): boolean {
  return QUANTITIES.has(field) || field.startsWith('reorderThresholds.')
}

function explained(error: ErrorObject): string {
  switch (error.keyword) {
    case 'required':
      return 'is missing'
    case 'additionalProperties':
      return 'is not a field of this'
    case 'pattern':
      return patternWords(error)
    case 'minLength':
      return 'must not be empty'
    case 'type':
      return `must be ${[error.params['type']].flat().map(wordsOf).join(' or ')}`
    case 'minimum':
      return `must be ${String(error.params['limit'])} or more`
    case 'maximum':
      return `must be at most ${String(error.params['limit'])}`
    case 'maxLength':
      return `must have at most ${String(error.params['limit'])} characters`
    case 'maxProperties':
      return `must have at most ${String(error.params['limit'])} keys`
    case 'maxItems':
      return `must have at most ${String(error.params['limit'])} items`
    case 'minItems':
      return 'must not be empty'
    case 'uniqueItems':
      return 'must not contain duplicates'
    case 'discriminator':
      return 'must be one of the verbs'
    case 'enum':
      return `must be one of ${(error.params['allowedValues'] as string[]).join(', ')}`
    default:
      return error.message ?? 'is invalid'
  }
}

/** In the words of the library. */
const TYPES: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  object: 'an object',
  array: 'a list',
}

function wordsOf(type: unknown): string {
  const name = String(type)
  return TYPES[name] ?? (name === 'null' ? name : `a ${name}`)
}

const REFERENCE = LISTS.audit.filters.reference.schema['pattern']

function patternWords({ params, data }: ErrorObject): string {
  const { pattern } = params as { pattern: string }
  if (pattern === REFERENCE) return 'must be a text like order:4711'
  if (pattern.startsWith('^[^:') && String(data).includes(':')) return 'must not contain a colon'
  return 'must be well-formed Unicode without control characters'
}

/** A name that the caller made up: a refusal that repeated it whole would be larger than its body. */
function shortened(name: string): string {
  const most = 2 * LIMITS.idLength // halves of characters
  return name.length <= most ? name : `${name.slice(0, most).toWellFormed()}…`
}

/** A step of a JSON pointer. */
function unescape(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

import type { Reference } from '../../audit-entry.ts'
import { checkObject, checkText, invalid, isPlain, LIMITS } from '../../limits.ts'
import { made } from './field.ts'
import { PLAIN, UNTOLD } from './text.ts'

/** The document behind a command, by type and id. */
export const reference = made<Reference>({
  check: checkReference,
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['type', 'id'],
    properties: {
      type: {
        type: 'string',
        minLength: 1,
        maxLength: LIMITS.referenceTypeLength,
        pattern: `^[^:${UNTOLD}]+$`,
      },
      id: { type: 'string', minLength: 1, maxLength: LIMITS.idLength, pattern: PLAIN },
    },
  },
  words: 'the document behind it, by type and id; kept in the trail',
  flag: { value: '<type:id>', reads: 'reference' },
})

function checkReference(value: unknown, name: string): void {
  checkObject(value, name)
  if (!isPlain(value)) throw invalid(name, 'must be a plain object')
  for (const key in value)
    if (key !== 'type' && key !== 'id')
      throw invalid(`${name}.${key}`, 'is not a field of a reference')
  checkText(value['type'], `${name}.type`, LIMITS.referenceTypeLength)
  if (value['type'].includes(':')) throw invalid(`${name}.type`, 'must not contain a colon')
  checkText(value['id'], `${name}.id`, LIMITS.idLength)
}

/** A reference as text, `type:id`, for query parameters and flags. */
export const referenceText = made<string>({
  check: (value, name) => {
    if (typeof value !== 'string') throw invalid(name, 'must be text like order:4711')
    checkReference(referenceOf(value), name)
  },
  schema: {
    type: 'string',
    pattern: `^[^:]{1,${LIMITS.referenceTypeLength}}:.{1,${LIMITS.idLength}}$`,
    maxLength: LIMITS.referenceTypeLength + 1 + LIMITS.idLength,
  },
  words: 'the document behind it: type:id',
  flag: { value: '<type:id>', reads: 'referenceText' },
})

/** Parses `type:id`; a type has no colon. */
export function referenceOf(text: string): Reference {
  const colon = text.indexOf(':')
  return colon < 0
    ? { type: text, id: '' }
    : { type: text.slice(0, colon), id: text.slice(colon + 1) }
}

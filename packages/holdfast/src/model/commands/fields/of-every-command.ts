import type { Metadata } from '../../audit-entry.ts'
import { checkMetadata, LIMITS } from '../../limits.ts'
import { made, optional, type FieldsOf } from './field.ts'
import { reference } from './reference.ts'
import { text, UNTOLD } from './text.ts'

/** The fields common to all commands. */
export const COMMON = {
  /**
   * The same key with the same command gets the same answer or refusal, and takes effect once. Keys are kept for 24
   * hours by default.
   */
  idempotencyKey: optional(
    text(LIMITS.keyLength, 'same key and same command: the same answer, and one effect', {
      value: '<key>',
    }),
  ),
  /** Who does it; recorded in every entry that the command writes. */
  actor: optional(text(LIMITS.keyLength, 'who does it; kept in the trail', { value: '<text>' })),
  /** The document behind it; recorded in every entry that the command writes. */
  reference: optional(reference),
  /** What it belongs to: the lines of an order, the legs of a split. Recorded in its entries and records. */
  group: optional(
    text(LIMITS.keyLength, 'what it belongs to: the lines of an order', { value: '<text>' }),
  ),
  /**
   * Text recorded in its entries, except those of other expired holds: up to 50 keys of 40 characters, values of 500.
   */
  metadata: optional(
    made<Metadata>({
      check: checkMetadata,
      schema: {
        type: 'object',
        maxProperties: LIMITS.metadataKeys,
        propertyNames: { type: 'string', minLength: 1, maxLength: LIMITS.metadataKeyLength },
        additionalProperties: {
          type: 'string',
          maxLength: LIMITS.metadataValueLength,
          pattern: `^[^${UNTOLD}]*$`,
        },
      },
      words: 'text kept with it in the trail',
      flag: { value: '<key=value>', reads: 'pairs' },
    }),
  ),
}

export type Common = FieldsOf<typeof COMMON>

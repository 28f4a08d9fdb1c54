import { LIMITS } from '../../limits.ts'
import type { JsonSchema } from './field.ts'

/** Refers to the reservation that an earlier command of the list answers, instead of giving an id. */
export interface Result {
  /** Index of that command in the list, counted from 0. */
  readonly result: number
  /** For a split order: which leg, counted from 0. */
  readonly leg?: number | undefined
}

export const RESULT_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['result'],
  properties: {
    result: { type: 'integer', minimum: 0, maximum: LIMITS.commands - 1 },
    leg: { type: 'integer', minimum: 0, maximum: LIMITS.warehouses - 1 },
  },
}

/** The fields that can be a `Result` inside a list. */
export const RESULT_FIELDS = ['reservationId', 'replaces'] as const

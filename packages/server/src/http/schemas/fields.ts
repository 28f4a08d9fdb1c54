import { LIMITS } from 'holdfast'
import { Type } from 'typebox'

/** Well-formed Unicode without control characters. */
const PLAIN = '^[^\\p{Cc}\\p{Cs}]+$'

const text = (maxLength: number, description: string, more: { format?: string } = {}) =>
  Type.String({ minLength: 1, maxLength, pattern: PLAIN, description, ...more })

/** Also as the library has it (see `validator.ts`): a filter that never gets there is refused, too. */
const id = (description: string) => text(LIMITS.idLength, description, { format: 'id' })

const EXACT =
  'compared byte for byte; in normal form C, without characters that cannot be seen and without spaces at its ends'

export const WarehouseId = id(`A warehouse: ${EXACT}`)
export const ProductId = id(`A product: ${EXACT}`)
export const ReservationId = id('A reservation')
export const TransferId = id('A transfer')
export const Owner = text(LIMITS.keyLength, 'Whom it is for: a cart, an order')
export const Strategy = text(LIMITS.keyLength, 'Sourcing: givenOrder, mostStockFirst, or your own')
export const Source = text(LIMITS.textLength, 'Where the units come from: a supplier, a return')
export const Reason = text(LIMITS.textLength, 'Why; DAMAGED stands as such in the trail')
export const Key = text(
  LIMITS.keyLength,
  'The same as the header Idempotency-Key: same key and same command, the same answer and one effect',
)

export const Qty = Type.Integer({ minimum: 1, maximum: LIMITS.qty, description: 'Units' })
export const Count = Type.Integer({ minimum: 0, maximum: LIMITS.qty, description: 'Units' })
export const TtlMs = Type.Integer({
  minimum: 1,
  maximum: LIMITS.ttlMs,
  description: 'How long it holds, from now, in milliseconds: up to 366 days',
})

/** Where in the trail an answer stands. */
export const Seq = Type.Integer({
  minimum: 0,
  description: 'Where in the trail this stands: a command’s last entry, a read’s position',
})
export const Time = Type.Integer({ description: 'Milliseconds since the epoch' })

/** A caller's own text beside an entry. */
export const Metadata = Type.Unsafe<Record<string, string>>({
  type: 'object',
  maxProperties: LIMITS.metadataKeys,
  propertyNames: { type: 'string', minLength: 1, maxLength: LIMITS.metadataKeyLength },
  additionalProperties: {
    type: 'string',
    maxLength: LIMITS.metadataValueLength,
    pattern: '^[^\\p{Cc}\\p{Cs}]*$',
  },
  description: 'Text beside the entry in the trail',
})

export const Cursor = Type.String({
  maxLength: 4096,
  description: 'Opens the next page: as the page before gave it, unchanged',
})
export const Limit = Type.Integer({
  minimum: 1,
  maximum: 1000,
  description: 'Items of a page; 100 where it is left out',
})

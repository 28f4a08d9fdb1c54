import { AdjustmentType, ReservationStatus, TransferStatus } from 'holdfast'
import { Type, type TSchema } from 'typebox'
import { Seq, Time } from './fields.ts'

const Id = Type.String()
const Units = Type.Integer()
/** As a pair of types, which is serialised three times as fast as a union of schemas. */
const textOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] })
const numberOrNull = Type.Unsafe<number | null>({ type: ['integer', 'null'] })
const oneOf = (values: Readonly<Record<string, string>>, description: string) =>
  Type.Unsafe<string>({ type: 'string', enum: Object.values(values), description })

export const EntryType = oneOf(AdjustmentType, 'What an entry says happened')
export const ReservationStates = oneOf(
  ReservationStatus,
  'PENDING → CONFIRMED → SHIPPED, or CONFIRMED → CANCELLED; PENDING → RELEASED or EXPIRED',
)
export const TransferStates = oneOf(TransferStatus, 'PENDING_APPROVAL → APPROVED or REJECTED')

const level = {
  warehouseId: Id,
  productId: Id,
  available: Type.Integer({ description: 'Units that can be promised now' }),
  held: Type.Integer({ description: 'Units in PENDING reservations' }),
  allocated: Type.Integer({
    description: 'Units in CONFIRMED reservations: sold, not yet shipped',
  }),
  reserved: Type.Integer({ description: 'held + allocated' }),
  onHand: Type.Integer({ description: 'available + reserved: what a person counts on the shelf' }),
}
const reservation = {
  id: Id,
  warehouseId: Id,
  productId: Id,
  qty: Units,
  status: ReservationStates,
  owner: textOrNull,
  createdAt: Time,
  expiresAt: Type.Integer({ description: 'The last millisecond at which the hold still counts' }),
}
const transfer = {
  id: Id,
  fromWarehouseId: Id,
  toWarehouseId: Id,
  productId: Id,
  qty: Units,
  status: TransferStates,
  requestedBy: textOrNull,
  decidedBy: textOrNull,
  reason: textOrNull,
  createdAt: Time,
  decidedAt: numberOrNull,
}
const warehouse = {
  id: Id,
  name: Type.String(),
  capacity: numberOrNull,
  reorderThreshold: Type.Integer({
    description: 'Available units at which a product counts as low',
  }),
  reorderThresholds: Type.Unsafe<Record<string, number>>({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'The same for single products',
  }),
  onHand: Units,
}

const record = <T extends Record<string, TSchema>>(title: string, fields: T) =>
  Type.Object(fields, { title, additionalProperties: false })

export const Level = record('Level', level)
export const Reservation = record('Reservation', reservation)
export const Transfer = record('Transfer', transfer)
export const Warehouse = record('Warehouse', warehouse)

export const StockAnswer = record('StockAnswer', { ...level, seq: Seq })
export const StockNowOrThen = record('StockNowOrThen', {
  ...level,
  unchecked: Type.Optional(
    Type.Integer({
      minimum: 0,
      description:
        'Of the past alone: units in held whose holds are older than 5,000 entries, and were not looked at',
    }),
  ),
  seq: Seq,
})
export const ReservationAnswer = record('ReservationAnswer', { ...reservation, seq: Seq })
export const TransferAnswer = record('TransferAnswer', { ...transfer, seq: Seq })
export const WarehouseAnswer = record('WarehouseAnswer', { ...warehouse, seq: Seq })
export const Legs = record('Legs', { reservations: Type.Array(Reservation) })
export const FulfillAnswer = record('FulfillAnswer', {
  reservations: Type.Array(Reservation),
  seq: Seq,
})

/** One line of the trail. */
export const Entry = record('Entry', {
  id: Type.String({ description: 'The decimal form of seq' }),
  seq: Type.Integer({ description: '1, 2, 3 … in commit order, without a gap' }),
  type: EntryType,
  productId: Id,
  warehouseId: Id,
  fromWarehouseId: textOrNull,
  qty: Type.Integer({ description: 'Units; COUNTED carries its correction signed' }),
  timestamp: Time,
  reservationId: textOrNull,
  transferId: textOrNull,
  actor: textOrNull,
  metadata: Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string' },
  }),
  available: Type.Integer({ description: 'After this entry' }),
  held: Type.Integer({ description: 'After this entry' }),
  allocated: Type.Integer({ description: 'After this entry' }),
})

export const Explanation = record('Explanation', {
  ...level,
  entries: Type.Array(Entry, { description: 'Newest first, each with the balances after it' }),
  due: Type.Array(
    Type.Object(
      { reservationId: Id, qty: Units, expiresAt: Time },
      { additionalProperties: false },
    ),
    { description: 'Expired holds that no entry tells of yet' },
  ),
  more: Type.Boolean({ description: 'Whether older entries exist' }),
  moreDue: Type.Boolean({
    description:
      'Whether there are expired holds beside those in due, older than the newest 5,000 entries',
  }),
  seq: Seq,
})

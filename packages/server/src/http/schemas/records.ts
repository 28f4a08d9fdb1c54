import { AdjustmentType, ReservationStatus, TransferStatus } from 'holdfast'
import { boolean, integer, list, object, optional, raw, string, type Schema } from './schema.ts'
import { Seq, Time } from './fields.ts'

const Id = string()
const Units = integer()
/** As a pair of types, which is serialised three times as fast as a union of schemas. */
const textOrNull = raw({ type: ['string', 'null'] })
const numberOrNull = raw({ type: ['integer', 'null'] })
const oneOf = (values: Readonly<Record<string, string>>, description: string) =>
  raw({ type: 'string', enum: Object.values(values), description })

export const EntryType = oneOf(AdjustmentType, 'What an entry says happened')
export const ReservationStates = oneOf(
  ReservationStatus,
  'PENDING → CONFIRMED → SHIPPED, or CONFIRMED → CANCELLED; PENDING → RELEASED or EXPIRED',
)
export const TransferStates = oneOf(TransferStatus, 'PENDING_APPROVAL → APPROVED or REJECTED')

const level = {
  warehouseId: Id,
  productId: Id,
  available: integer({ description: 'Units that can be promised now' }),
  held: integer({ description: 'Units in PENDING reservations' }),
  allocated: integer({
    description: 'Units in CONFIRMED reservations: sold, not yet shipped',
  }),
  reserved: integer({ description: 'held + allocated' }),
  onHand: integer({ description: 'available + reserved: what a person counts on the shelf' }),
}
const reservation = {
  id: Id,
  warehouseId: Id,
  productId: Id,
  qty: Units,
  status: ReservationStates,
  owner: textOrNull,
  createdAt: Time,
  expiresAt: integer({ description: 'The last millisecond at which the hold still counts' }),
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
  name: string(),
  capacity: numberOrNull,
  reorderThreshold: integer({
    description: 'Available units at which a product counts as low',
  }),
  reorderThresholds: raw({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'The same for single products',
  }),
  onHand: Units,
}

const record = (title: string, fields: Readonly<Record<string, Schema>>) =>
  object(fields, { title, additionalProperties: false })

export const Level = record('Level', level)
export const Reservation = record('Reservation', reservation)
export const Transfer = record('Transfer', transfer)
export const Warehouse = record('Warehouse', warehouse)

export const StockAnswer = record('StockAnswer', { ...level, seq: Seq })
export const StockNowOrThen = record('StockNowOrThen', {
  ...level,
  unchecked: optional(
    integer({
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
export const Legs = record('Legs', { reservations: list(Reservation) })
export const FulfillAnswer = record('FulfillAnswer', {
  reservations: list(Reservation),
  seq: Seq,
})

/** One line of the trail. */
export const Entry = record('Entry', {
  id: string({ description: 'The decimal form of seq' }),
  seq: integer({ description: '1, 2, 3 … in commit order, without a gap' }),
  type: EntryType,
  productId: Id,
  warehouseId: Id,
  fromWarehouseId: textOrNull,
  qty: integer({ description: 'Units; COUNTED carries its correction signed' }),
  timestamp: Time,
  reservationId: textOrNull,
  transferId: textOrNull,
  actor: textOrNull,
  metadata: raw({
    type: 'object',
    additionalProperties: { type: 'string' },
  }),
  available: integer({ description: 'After this entry' }),
  held: integer({ description: 'After this entry' }),
  allocated: integer({ description: 'After this entry' }),
})

export const Explanation = record('Explanation', {
  ...level,
  entries: list(Entry, { description: 'Newest first, each with the balances after it' }),
  due: list(
    object({ reservationId: Id, qty: Units, expiresAt: Time }, { additionalProperties: false }),
    { description: 'Expired holds that no entry tells of yet' },
  ),
  more: boolean({ description: 'Whether older entries exist' }),
  moreDue: boolean({
    description:
      'Whether there are expired holds beside those in due, older than the newest 5,000 entries',
  }),
  seq: Seq,
})

/** What each kind of command answers. */
export const ANSWERS = {
  level: StockAnswer,
  reservation: ReservationAnswer,
  transfer: TransferAnswer,
  legs: FulfillAnswer,
}

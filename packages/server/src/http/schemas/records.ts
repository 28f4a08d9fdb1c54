import { AdjustmentType, ReservationStatus, TransferStatus } from 'holdfast'
import type { AnswerKind } from 'holdfast/model'
import {
  boolean,
  integer,
  list,
  object,
  optional,
  raw,
  string,
  type ObjectSchema,
  type Schema,
} from './schema.ts'
import { Seq, Time } from './fields.ts'

const Id = string()
const Units = integer()
const textOrNull = raw({ type: ['string', 'null'] })
const numberOrNull = raw({ type: ['integer', 'null'] })
const oneOf = (values: Readonly<Record<string, string>>, description: string) =>
  raw({ type: 'string', enum: Object.values(values), description })

export const EntryType = oneOf(AdjustmentType, 'What happened')
const ReservationStates = oneOf(
  ReservationStatus,
  'PENDING → CONFIRMED → SHIPPED or CANCELLED; PENDING → RELEASED or EXPIRED',
)
const TransferStates = oneOf(TransferStatus, 'PENDING_APPROVAL → APPROVED or REJECTED')

const level = {
  warehouseId: Id,
  productId: Id,
  available: integer({ description: 'Units that can be promised now' }),
  held: integer({ description: 'Units in PENDING reservations' }),
  allocated: integer({
    description: 'Units in CONFIRMED reservations: sold, not yet shipped',
  }),
  unsellable: integer({
    description: 'Units in the building that may not be sold: damaged, quarantined, samples',
  }),
  reserved: integer({ description: 'held + allocated' }),
  onHand: integer({
    description: 'available + reserved + unsellable: what a person counts on the shelf',
  }),
}
const group = raw({
  type: ['string', 'null'],
  description: 'What it belongs to: the lines of an order, the legs of a split',
})
const reservation = {
  id: Id,
  warehouseId: Id,
  productId: Id,
  qty: integer({
    description: 'Units held at first. Open are qty − released − shipped − cancelled',
  }),
  status: ReservationStates,
  owner: textOrNull,
  createdAt: Time,
  expiresAt: integer({ description: 'The last millisecond at which the hold counts' }),
  released: integer({
    description: 'Units returned to available unsold: released, expired, not confirmed',
  }),
  shipped: Units,
  cancelled: integer({ description: 'Units whose sale was undone' }),
  cameBack: integer({ description: 'Shipped units that the customer returned' }),
  replaces: raw({
    type: ['string', 'null'],
    description: 'The reservation that it replaces',
  }),
  replacedBy: raw({
    type: ['string', 'null'],
    description: 'The reservation that replaces it',
  }),
  group,
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
  group,
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
  sells: boolean({ description: 'Whether its units are offered' }),
  closed: boolean({ description: 'Not listed, and refuses commands, until it is described again' }),
  onHand: Units,
}

const record = (title: string, fields: Readonly<Record<string, Schema>>) =>
  object(fields, { title, additionalProperties: false })

export const Level = record('Level', level)
export const Reservation = record('Reservation', reservation)
export const Transfer = record('Transfer', transfer)
export const Warehouse = record('Warehouse', warehouse)

const sale = { ...reservation, rest: optional(Reservation) }
const move = { ...transfer, reservations: optional(list(Reservation)) }

/** A reservation, and the one that holds the rest. */
export const Sale = record('Sale', sale)
/** A transfer, and the reservations that it took along. */
export const Move = record('Move', move)

export const StockAnswer = record('StockAnswer', { ...level, seq: Seq })
export const StockNowOrThen = record('StockNowOrThen', {
  ...level,
  unchecked: optional(
    integer({
      minimum: 0,
      description:
        'Only for the past: held units whose holds are older than 5,000 entries and were not checked',
    }),
  ),
  seq: Seq,
})
export const ReservationAnswer = record('ReservationAnswer', { ...reservation, seq: Seq })
export const SaleAnswer = record('SaleAnswer', { ...sale, seq: Seq })
export const TransferAnswer = record('TransferAnswer', { ...transfer, seq: Seq })
export const MoveAnswer = record('MoveAnswer', { ...move, seq: Seq })
export const WarehouseAnswer = record('WarehouseAnswer', { ...warehouse, seq: Seq })
export const Legs = record('Legs', { reservations: list(Reservation) })
export const FulfillAnswer = record('FulfillAnswer', {
  reservations: list(Reservation),
  seq: Seq,
})

const ChangedAnswer = record('ChangedAnswer', {
  reservations: list(Reservation, { description: 'As they stand now, in order of number' }),
  seq: Seq,
})

const Reference = raw({
  type: ['object', 'null'],
  description: 'The document that the command named',
  additionalProperties: false,
  required: ['type', 'id'],
  properties: { type: string(), id: string() },
})

/** One entry of the trail. */
export const Entry = record('Entry', {
  id: string({ description: 'The decimal form of seq' }),
  seq: integer({ description: '1, 2, 3 … in commit order, without a gap' }),
  type: EntryType,
  productId: Id,
  warehouseId: Id,
  fromWarehouseId: textOrNull,
  qty: integer({
    description: 'Units; for COUNTED and COUNTED_ASIDE the signed correction',
  }),
  timestamp: Time,
  reservationId: textOrNull,
  transferId: textOrNull,
  actor: textOrNull,
  metadata: raw({
    type: 'object',
    additionalProperties: { type: 'string' },
  }),
  reference: Reference,
  group,
  available: integer({ description: 'After this entry' }),
  held: integer({ description: 'After this entry' }),
  allocated: integer({ description: 'After this entry' }),
  unsellable: integer({ description: 'After this entry' }),
})

export const Explanation = record('Explanation', {
  ...level,
  entries: list(Entry, { description: 'Newest first, each with the balances after it' }),
  due: list(
    object({ reservationId: Id, qty: Units, expiresAt: Time }, { additionalProperties: false }),
    { description: 'Expired holds without an entry yet' },
  ),
  more: boolean({ description: 'Whether older entries exist' }),
  moreDue: boolean({
    description:
      'Whether there are more expired holds than those in due, older than the newest 5,000 entries',
  }),
  seq: Seq,
})

/** The answer of each kind of command. */
export const ANSWERS: Readonly<Record<AnswerKind, ObjectSchema>> = {
  level: StockAnswer,
  reservation: ReservationAnswer,
  sale: SaleAnswer,
  transfer: TransferAnswer,
  move: MoveAnswer,
  legs: FulfillAnswer,
  changed: ChangedAnswer,
  warehouse: WarehouseAnswer,
}

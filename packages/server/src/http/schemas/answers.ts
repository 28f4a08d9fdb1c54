import {
  anyOf,
  boolean,
  integer,
  list,
  literal,
  object,
  optional,
  raw,
  string,
  type Schema,
} from './schema.ts'
import { Seq, Time } from './fields.ts'
import * as r from './records.ts'

const closed = (title: string, fields: Readonly<Record<string, Schema>>) =>
  object(fields, { title, additionalProperties: false })

/** A page of a list. */
const pageOf = (title: string, item: Schema) =>
  closed(title, {
    items: list(item),
    cursor: raw({
      type: ['string', 'null'],
      description: 'For the next page; null at the end',
    }),
    seq: Seq,
  })

export const LevelPage = pageOf('LevelPage', r.Level)
export const ReservationPage = pageOf('ReservationPage', r.Reservation)
export const TransferPage = pageOf('TransferPage', r.Transfer)
export const WarehousePage = pageOf('WarehousePage', r.Warehouse)
export const EntryPage = pageOf('EntryPage', r.Entry)

export const Details = raw({
  type: 'object',
  additionalProperties: true,
  description: 'For programs: how much there is, which field, which command',
})

const Replayed = optional(
  literal(true, { description: 'The answer is that of an earlier call with the same key' }),
)
const Refused = closed('Refused', {
  ok: literal(false),
  replayed: Replayed,
  code: string(),
  message: string(),
  details: Details,
})
const succeeded = (title: string, answer: { properties: object }) =>
  closed(title, {
    ok: literal(true),
    replayed: Replayed,
    ...(answer.properties as Record<string, Schema>),
  })

const answers: readonly (readonly [string, { properties: object }])[] = [
  ['Stock', r.StockAnswer],
  ['Reservation', r.ReservationAnswer],
  ['Sale', r.SaleAnswer],
  ['Transfer', r.TransferAnswer],
  ['Move', r.MoveAnswer],
  ['Fulfill', r.FulfillAnswer],
  ['Warehouse', r.WarehouseAnswer],
]

/** Answers of its commands, as in the library without a `seq` of their own. */
export const AtomicAnswer = closed('AtomicAnswer', {
  answers: list(anyOf([r.Level, r.Reservation, r.Sale, r.Transfer, r.Move, r.Legs, r.Warehouse])),
  seq: Seq,
})

/** The answer of one command of a batch. */
const BatchAnswer = anyOf(
  [
    ...answers.map(([title, answer]) => succeeded(`${title}Succeeded`, answer)),
    succeeded('AtomicSucceeded', AtomicAnswer),
    Refused,
  ],
  { title: 'CommandAnswer' },
)

export const BatchResult = closed('BatchResult', {
  answers: list(BatchAnswer, { description: 'In the order of the commands' }),
  seq: Seq,
})

export const Head = closed('Head', {
  seq: Seq,
  hash: string({ description: 'Hash of the newest commit, hex' }),
  at: Time,
  commit: integer(),
})

const Fault = object(
  {
    what: string(),
    message: string(),
    commit: optional(integer()),
    firstSeq: optional(integer()),
    lastSeq: optional(integer()),
    seq: optional(integer()),
  },
  { title: 'Fault', additionalProperties: false },
)

export const Verdict = closed('Verdict', {
  ok: boolean(),
  seq: Seq,
  entries: integer(),
  commits: integer(),
  levels: integer(),
  hash: string({ description: 'Remembered with seq, it can be expected by a later verify' }),
  fault: optional(Fault),
})

import { Type, type TSchema } from 'typebox'
import { Seq, Time } from './fields.ts'
import * as r from './records.ts'

const closed = <T extends Record<string, TSchema>>(title: string, fields: T) =>
  Type.Object(fields, { title, additionalProperties: false })

/** A page of a list. */
export const pageOf = (title: string, item: TSchema) =>
  closed(title, {
    items: Type.Array(item),
    cursor: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Opens the next page; null at the end',
    }),
    seq: Seq,
  })

export const LevelPage = pageOf('LevelPage', r.Level)
export const ReservationPage = pageOf('ReservationPage', r.Reservation)
export const TransferPage = pageOf('TransferPage', r.Transfer)
export const WarehousePage = pageOf('WarehousePage', r.Warehouse)
export const EntryPage = pageOf('EntryPage', r.Entry)

export const Details = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  description:
    'What a program needs to know about it: how much there is, which field, which command',
})

const Refused = closed('Refused', {
  ok: Type.Literal(false),
  code: Type.String(),
  message: Type.String(),
  details: Details,
})
const succeeded = (title: string, answer: { properties: object }) =>
  closed(title, { ok: Type.Literal(true), ...(answer.properties as Record<string, TSchema>) })

const answers: readonly (readonly [string, { properties: object }])[] = [
  ['Stock', r.StockAnswer],
  ['Reservation', r.ReservationAnswer],
  ['Transfer', r.TransferAnswer],
  ['Fulfill', r.FulfillAnswer],
]

/** What its commands answer is as it is in the library: without a `seq` of their own. */
export const AtomicAnswer = closed('AtomicAnswer', {
  answers: Type.Array(Type.Union([r.Level, r.Reservation, r.Transfer, r.Legs])),
  seq: Seq,
})

/** What one command of a batch answers. */
export const BatchAnswer = Type.Union(
  [
    ...answers.map(([title, answer]) => succeeded(`${title}Succeeded`, answer)),
    succeeded('AtomicSucceeded', AtomicAnswer),
    Refused,
  ],
  { title: 'CommandAnswer' },
)

export const BatchResult = closed('BatchResult', {
  answers: Type.Array(BatchAnswer, { description: 'In the order of the commands' }),
  seq: Seq,
})

export const Head = closed('Head', {
  seq: Seq,
  hash: Type.String({ description: 'Hash of the newest commit, hex' }),
  at: Time,
  commit: Type.Integer(),
})

const Fault = Type.Object(
  {
    what: Type.String(),
    message: Type.String(),
    commit: Type.Optional(Type.Integer()),
    firstSeq: Type.Optional(Type.Integer()),
    lastSeq: Type.Optional(Type.Integer()),
    seq: Type.Optional(Type.Integer()),
  },
  { title: 'Fault', additionalProperties: false },
)

export const Verdict = closed('Verdict', {
  ok: Type.Boolean(),
  seq: Seq,
  entries: Type.Integer(),
  commits: Type.Integer(),
  levels: Type.Integer(),
  hash: Type.String({ description: 'Remember it with seq, and a later verify can expect it' }),
  fault: Type.Optional(Fault),
})

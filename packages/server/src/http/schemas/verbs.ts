import { LIMITS, type Verb } from 'holdfast'
import { Type, type TSchema } from 'typebox'
import * as f from './fields.ts'

const place = { warehouseId: f.WarehouseId, productId: f.ProductId }
const byReservation = { reservationId: f.ReservationId }
const byTransfer = { transferId: f.TransferId }

type Fields = Readonly<Record<string, TSchema>>
export type SingleVerb = Exclude<Verb, 'atomically'>

/** The fields of each verb: the same in a body, in a line of a batch, and in the library. */
export const VERB_FIELDS = {
  addStock: { ...place, qty: f.Qty, source: f.Source },
  removeStock: { ...place, qty: f.Qty, reason: f.Reason },
  countStock: { ...place, onHand: f.Count, reason: Type.Optional(f.Reason) },
  reserve: { ...place, qty: f.Qty, ttlMs: f.TtlMs, owner: Type.Optional(f.Owner) },
  confirm: { ...byReservation, qty: Type.Optional(f.Qty) },
  release: byReservation,
  ship: byReservation,
  cancel: byReservation,
  extend: { ...byReservation, ttlMs: f.TtlMs },
  transfer: {
    fromWarehouseId: f.WarehouseId,
    toWarehouseId: f.WarehouseId,
    productId: f.ProductId,
    qty: f.Qty,
    requiresApproval: Type.Optional(
      Type.Boolean({ description: 'Adds an approval where the policy asks for none' }),
    ),
  },
  approveTransfer: byTransfer,
  rejectTransfer: { ...byTransfer, reason: Type.Optional(f.Reason) },
  fulfillAcrossWarehouses: {
    productId: f.ProductId,
    qty: f.Qty,
    ttlMs: f.TtlMs,
    warehouseOrder: Type.Optional(
      Type.Array(f.WarehouseId, {
        minItems: 1,
        maxItems: LIMITS.warehouses,
        description: 'The warehouses that may serve, the first one first',
      }),
    ),
    strategy: Type.Optional(f.Strategy),
    owner: Type.Optional(f.Owner),
  },
} as const satisfies Readonly<Record<SingleVerb, Fields>>

const metadata = { metadata: Type.Optional(f.Metadata) }
const common = { idempotencyKey: Type.Optional(f.Key), ...metadata }

/** A verb's body; the id that stands in the path is not repeated in it. */
export function bodyOf(verb: SingleVerb, inPath: string | null): TSchema {
  const fields: Fields = VERB_FIELDS[verb]
  const own = Object.entries(fields).filter(([name]) => name !== inPath)
  return closed(`${upper(verb)}Body`, { ...Object.fromEntries(own), ...common })
}

const command = (verb: SingleVerb, title: string, more: Fields) =>
  closed(title, { verb: Type.Literal(verb), ...VERB_FIELDS[verb], ...more })

const SINGLE = Object.keys(VERB_FIELDS) as SingleVerb[]

/** Inside of atomically the key belongs to the whole. */
const InnerCommand = byVerb(
  'InnerCommand',
  SINGLE.map((verb) => command(verb, `${upper(verb)}InnerCommand`, metadata)),
)
const commandsOf = (item: TSchema) => Type.Array(item, { minItems: 1, maxItems: LIMITS.commands })

const Atomically = closed('AtomicallyCommand', {
  verb: Type.Literal('atomically'),
  commands: commandsOf(InnerCommand),
  ...common,
})

/** One command of a batch, one line of a stream. */
export const AnyCommand = byVerb('Command', [
  ...SINGLE.map((verb) => command(verb, `${upper(verb)}Command`, common)),
  Atomically,
])

/** `atomic: true` wants commands that atomically may hold; the engine says so where one is not. */
export const BatchBody = closed('BatchBody', {
  atomic: Type.Optional(Type.Boolean({ description: 'All of the commands, or none' })),
  commands: commandsOf(AnyCommand),
  ...common,
})

function byVerb(title: string, variants: TSchema[]): TSchema {
  return Type.Unsafe<object>({
    title,
    type: 'object',
    required: ['verb'],
    discriminator: { propertyName: 'verb' },
    oneOf: variants,
  })
}

function closed(title: string, fields: Fields): TSchema {
  return Type.Object({ ...fields }, { title, additionalProperties: false })
}

function upper(verb: string): string {
  return verb[0]!.toUpperCase() + verb.slice(1)
}

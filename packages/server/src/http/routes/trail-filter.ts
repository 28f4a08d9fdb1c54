import type { FastifyReply } from 'fastify'
import type { AuditFilter } from 'holdfast'
import { Type } from 'typebox'
import * as f from '../schemas/fields.ts'
import { EntryType } from '../schemas/records.ts'

/** By what entries can be chosen, wherever the trail is read. */
export const trailFilter = {
  type: Type.Optional(EntryType),
  warehouseId: Type.Optional(f.WarehouseId),
  productId: Type.Optional(f.ProductId),
  reservationId: Type.Optional(f.ReservationId),
  transferId: Type.Optional(f.TransferId),
  after: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Only entries behind this seq',
    }),
  ),
}

export type TrailFilter = Omit<AuditFilter, 'limit'>

/** Aborts when the other side goes away before it is answered. */
export function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  // The response's own event: listeners on the connection would gather, request by request.
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}

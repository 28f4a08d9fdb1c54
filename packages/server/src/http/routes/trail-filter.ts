import type { FastifyRequest } from 'fastify'
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
export function goneSignal(request: FastifyRequest): AbortSignal {
  const gone = new AbortController()
  request.raw.socket.once('close', () => gone.abort())
  return gone.signal
}

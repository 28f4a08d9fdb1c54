import { AdjustmentType } from '../adjustment-type.ts'
import { ReservationStatus } from '../reservation.ts'
import { TransferStatus } from '../transfer.ts'
import { low, oneOf } from './fields/choices.ts'
import { described, optional, type Field, type FieldsOf } from './fields/field.ts'
import { prefix, productId, reservationId, transferId, warehouseId } from './fields/ids.ts'
import { position, time } from './fields/numbers.ts'
import { COMMON } from './fields/of-every-command.ts'
import type { PAGING } from './fields/paging.ts'
import { referenceText } from './fields/reference.ts'
import { owner } from './fields/text.ts'

/** Everything about one list. Types, checks, query parameters, flags and the docs are derived from it. */
export interface ListDefinition {
  readonly summary: string
  /** Its path after `/v1`, and its heading in the command line's help. */
  readonly path: string
  readonly order: string
  readonly filters: Readonly<Record<string, Field & { readonly optional: true }>>
  /** Whether it has pages and a cursor. The trail is one stream, and all warehouses fit on one page. */
  readonly paged: boolean
}

function list<const D extends ListDefinition>(definition: D): D {
  return definition
}

const { actor: ACTOR, group: GROUP } = COMMON

const ofLevel = {
  warehouseId: optional(warehouseId, 'only of this warehouse'),
  productId: optional(productId, 'only of this product'),
}

export const LISTS = {
  listStock: list({
    summary: 'List the counts, by product and warehouse',
    path: 'stock',
    order: 'product, then warehouse',
    filters: { ...ofLevel, prefix: optional(prefix), low: optional(low) },
    paged: true,
  }),
  listReservations: list({
    summary: 'List reservations, newest first, in their current state',
    path: 'reservations',
    order: 'newest first',
    filters: {
      ...ofLevel,
      status: optional(
        oneOf(
          ReservationStatus,
          'PENDING → CONFIRMED → SHIPPED or CANCELLED; PENDING → RELEASED or EXPIRED',
          '<status>',
        ),
      ),
      owner: optional(owner, 'only for this owner'),
      group: optional(GROUP, 'only in this group'),
    },
    paged: true,
  }),
  listTransfers: list({
    summary: 'List transfers, newest first; the warehouse matches either side',
    path: 'transfers',
    order: 'newest first',
    filters: {
      ...ofLevel,
      status: optional(
        oneOf(TransferStatus, 'PENDING_APPROVAL → APPROVED or REJECTED', '<status>'),
      ),
      group: optional(GROUP, 'only in this group'),
    },
    paged: true,
  }),
  listWarehouses: list({
    summary: 'List the warehouses, all on one page',
    path: 'warehouses',
    order: 'id',
    filters: {},
    paged: false,
  }),
  audit: list({
    summary: 'Print the trail: every movement, in order',
    path: 'audit',
    order: 'oldest first',
    filters: {
      after: optional(position(0, 'only entries after this seq')),
      from: optional(time('only entries at this time or later')),
      to: optional(time('only entries before this time')),
      type: optional(oneOf(AdjustmentType, 'only entries of this type', '<type>')),
      ...ofLevel,
      reservationId: optional(described(reservationId, 'only for this reservation')),
      transferId: optional(described(transferId, 'only for this transfer')),
      group: optional(GROUP, 'only in this group'),
      reference: optional(referenceText, 'only for this document: type:id'),
      actor: optional(ACTOR, 'only by this actor'),
    },
    paged: false,
  }),
}

export type List = keyof typeof LISTS

type Filters<L extends List> = FieldsOf<(typeof LISTS)[L]['filters']>

/**
 * The filter of a list.
 * @example
 * const carts: FilterOf<'listReservations'> = { status: 'PENDING', owner: 'cart-7', limit: 20 }
 */
export type FilterOf<L extends List> = Filters<L> &
  ((typeof LISTS)[L]['paged'] extends true ? FieldsOf<typeof PAGING> : unknown)

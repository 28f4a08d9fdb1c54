import type { AdjustmentType } from '../adjustment-type.ts'
import type { ReservationStatus } from '../reservation.ts'
import type { TransferStatus } from '../transfer.ts'
import type { RefusalCode } from '../refusals.ts'
import type { Field } from './fields/field.ts'

/** In ascending order: each role can do everything that those before it can. */
export const ROLES = ['reader', 'shop', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Whether `role` is at least `least`. */
export function reaches(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least)
}

/** The kinds of record a command can be about, and the field that identifies one. */
export const RESOURCES = {
  stock: null,
  reservations: 'reservationId',
  transfers: 'transferId',
  warehouses: 'warehouseId',
} as const
type Resource = keyof typeof RESOURCES

/**
 * What a command answers: counts of a level, one record, the reservations of a split order, or those that it changed. A
 * `sale` is a reservation, with the rest that stays held; a `move` is a transfer, with the reservations it moved.
 */
export type AnswerKind =
  | 'level'
  | 'reservation'
  | 'sale'
  | 'transfer'
  | 'move'
  | 'legs'
  | 'changed'
  | 'warehouse'

/**
 * Everything about one command, as data. Types, checks, routes, schemas, roles, flags, the client and the tables in
 * the docs are derived from it.
 */
export interface CommandDefinition {
  /** What it does, in one line, in the user's words. */
  readonly summary: string
  readonly resource: Resource
  /** The last part of its path; null for the one verb that is POST on the resource itself. */
  readonly action: string | null
  /** The least role that can give it. */
  readonly role: Role
  /** In the order they are checked. */
  readonly fields: Readonly<Record<string, Field>>
  readonly answers: AnswerKind
  /** How the units move, in a few words. */
  readonly effect: string
  /** Every refusal of its own, in the order they are checked. */
  readonly refusals: readonly RefusalCode[]
  /** Every type of entry it writes, apart from those for expired holds. */
  readonly writes: readonly AdjustmentType[]
  /** The most entries it writes, apart from those for expired holds. Default: 1. */
  readonly entries?:
    | 2
    | 3
    | 'two if it replaces'
    | 'a leg each'
    | 'four for each taken along'
    | 'one for each hold'
  /** The states its reservation or transfer may be in. */
  readonly from?: readonly (ReservationStatus | TransferStatus)[]
  /** An example for the shell, after `holdfast`. */
  readonly shell?: string
}

/** Keeps the exact type of a definition. */
export function command<const D extends CommandDefinition>(definition: D): D {
  return definition
}

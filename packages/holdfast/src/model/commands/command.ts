import type { AdjustmentType } from '../adjustment-type.ts'
import type { ReservationStatus } from '../reservation.ts'
import type { TransferStatus } from '../transfer.ts'
import type { RefusalCode } from '../refusals.ts'
import type { Field } from './field.ts'

/** From the least to the most: each may do what those before it may. */
export const ROLES = ['reader', 'shop', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Whether a role is at least another one. */
export function reaches(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least)
}

/** What a command is about, and the field that names one of them. */
export const RESOURCES = {
  stock: null,
  reservations: 'reservationId',
  transfers: 'transferId',
  warehouses: 'warehouseId',
} as const
export type Resource = keyof typeof RESOURCES

/**
 * What a command answers: counts of a level, one record, or the reservations of a split order. A `sale` is a reservation
 * with the rest that stays held; a `move` is a transfer with the reservations that it took along.
 */
export type AnswerKind =
  | 'level'
  | 'reservation'
  | 'sale'
  | 'transfer'
  | 'move'
  | 'legs'
  | 'warehouse'

/**
 * Everything that is said of one command, as data. Types, checks, routes, schemas, roles, flags, the client
 * and the tables in the docs follow from it.
 */
export interface CommandDefinition {
  /** What it does, in one line, as a person would ask for it. */
  readonly summary: string
  readonly resource: Resource
  /** The end of its path; null for the one verb that is POST on the resource itself. */
  readonly action: string | null
  /** The least role that may give it. */
  readonly role: Role
  /** In the order in which they are checked. */
  readonly fields: Readonly<Record<string, Field>>
  readonly answers: AnswerKind
  /** What the units do, in few words. */
  readonly effect: string
  /** Every refusal of its own, in the order in which they are looked at. */
  readonly refusals: readonly RefusalCode[]
  /** Every type of entry that it writes, apart from the expired holds that it finds on its way. */
  readonly writes: readonly AdjustmentType[]
  /** The most entries that it writes, apart from those expired holds. Default: 1. */
  readonly entries?: 2 | 3 | 'two if it replaces' | 'a leg each' | 'four for each taken along'
  /** The states that its reservation or transfer may be in. */
  readonly from?: readonly (ReservationStatus | TransferStatus)[]
  /** A line to type in a shell, behind `holdfast`. */
  readonly shell?: string
}

/** Keeps the exact type of a definition. */
export function command<const D extends CommandDefinition>(definition: D): D {
  return definition
}

import type { Role } from './commands/command.ts'

/** A command that was refused. A refusal leaves nothing in the trail: this is its only record. */
export interface RefusedCommand {
  readonly at: number
  readonly verb: string
  readonly code: string
  readonly warehouseId: string | null
  readonly productId: string | null
  readonly reservationId: string | null
  readonly transferId: string | null
  readonly qty: number | null
  readonly actor: string | null
  readonly owner: string | null
}

/** What a service recently did and refused, its clock, and the caller: the answer to `GET /v1/overview`. */
export interface Overview {
  readonly now: number
  readonly role: Role
  readonly actor: string | null
  readonly readOnly: boolean
  readonly since: number
  readonly commands: number
  readonly perSecond: readonly number[]
  readonly refusals: readonly { readonly code: string; readonly count: number }[]
  readonly lastRefusals: readonly RefusedCommand[]
  readonly seq: number
}

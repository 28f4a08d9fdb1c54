import type { SourcingStrategy } from './sourcing.ts'
import type { TransferApprovalPolicy } from '../model/transfer.ts'

/** What the rules get from outside: ids, and the shop's own policies. */
export interface Rules {
  /** A new id for the reservation or transfer whose first entry has this `seq`. */
  readonly newId: (seq: number) => string
  /** The name of a new group that starts with this `seq`. Default: `group-` and the `seq`. */
  readonly newGroup?: ((seq: number) => string) | undefined
  readonly transferApproval: TransferApprovalPolicy
  readonly sourcing: Readonly<Record<string, SourcingStrategy>>
}

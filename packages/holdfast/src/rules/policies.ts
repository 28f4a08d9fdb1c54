import type { SourcingStrategy } from './sourcing.ts'
import type { TransferApprovalPolicy } from '../model/transfer.ts'

/** What the rules are handed in, instead of reaching for it: ids, and the shop's own policies. */
export interface Rules {
  /** A new id for the reservation or transfer whose first entry has this `seq`. */
  readonly newId: (seq: number) => string
  /** The name of a group that is made for what begins with this `seq`. Default: `group-` and the `seq`. */
  readonly newGroup?: ((seq: number) => string) | undefined
  readonly transferApproval: TransferApprovalPolicy
  readonly sourcing: Readonly<Record<string, SourcingStrategy>>
}

import { PolicyFailedError } from '../model/errors.ts'
import { kindOf } from '../model/kind-of.ts'
import { checkObject, invalid } from '../model/limits.ts'
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

/** One that cannot be asked would refuse each command that needs it. @throws InvalidInputError */
export function checkPolicies({
  transferApproval,
  sourcing = {},
}: {
  readonly transferApproval?: TransferApprovalPolicy | undefined
  readonly sourcing?: Rules['sourcing'] | undefined
}): void {
  if (transferApproval !== undefined && typeof transferApproval?.requiresApproval !== 'function')
    throw invalid('transferApproval', 'must be a policy: { requiresApproval(request) }')
  checkObject(sourcing, 'sourcing')
  for (const [name, strategy] of Object.entries<SourcingStrategy | undefined>(sourcing))
    if (typeof strategy?.rank !== 'function')
      throw invalid(`sourcing.${name}`, 'must be a strategy: { rank(offers, request) }')
}

/** Of a policy that returned something else than it should, as an async one does. */
export function wrongAnswer(policy: string, wanted: string, answer: unknown): PolicyFailedError {
  // A rejection that nobody hears of would end the process.
  void (answer as PromiseLike<unknown> | null | undefined)?.then?.(undefined, () => undefined)
  return new PolicyFailedError(`${policy} must return ${wanted}, not ${kindOf(answer)}`, { policy })
}

import type { Command } from '../../model/commands/commands.ts'
import type { InventoryError } from '../../model/errors.ts'
import type { Decision } from '../../rules/decision.ts'
import type { UnitOfWork } from '../../rules/unit-of-work.ts'
import type { DocumentChange } from '../../store/store.ts'
import type { Also } from '../also/also.ts'

/** One thing to decide in a batch. */
export type Job =
  | {
      readonly kind: 'command'
      readonly command: Command
      /** The same, with what was looked up before: a count `asOf` has the `Books` of that moment. */
      readonly decided: Command
      /** Scope and idempotency key as one string; null if there is no key. */
      readonly key: string | null
      readonly documents: readonly DocumentChange[]
      readonly also: Also | null
    }
  | {
      readonly kind: 'batch'
      readonly jobs: readonly Extract<Job, { kind: 'command' }>[]
      readonly key: string | null
      /** The object of the key's fingerprint. */
      readonly command: unknown
      readonly documents: readonly DocumentChange[]
      readonly also: Also | null
    }
  | {
      /** Done by the engine itself: sweeping, changing a warehouse. */
      readonly kind: 'internal'
      readonly decision: Decision<undefined, object>
      readonly actor: string | null
      readonly documents: readonly DocumentChange[]
      readonly also: Also | null
    }
  | {
      /** Sets a document if its value is `expected`, and returns its value afterwards. */
      readonly kind: 'document'
      readonly document: DocumentChange
      readonly expected: string | null
      readonly documents: readonly []
      readonly also: null
    }
  | {
      /** Deletes the keys of commits up to this one. */
      readonly kind: 'forget'
      readonly through: number
      readonly documents: readonly []
      readonly also: null
    }

/** A job's outcome. A refusal is one too, and it says itself whether it is a replay. */
export type Outcome =
  | { readonly ok: true; readonly value: object; readonly replayed?: true }
  | { readonly ok: false; readonly error: Error }

export function runInternal(
  job: Extract<Job, { kind: 'internal' }>,
  unit: UnitOfWork,
): object | InventoryError {
  unit.actor = job.actor
  unit.metadata = unit.reference = unit.group = unit.ownGroup = null
  return unit.decide(job.decision, undefined)
}

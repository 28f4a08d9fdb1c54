import type { Command, SingleCommand } from '../../model/commands/commands.ts'
import { asReplayed, inventoryError, type InventoryError } from '../../model/errors.ts'
import { newHold, type Reservation } from '../../model/reservation.ts'
import type { StoredKey } from '../../store/store.ts'
import type { Outcome } from './job.ts'

type Hold = Reservation & { readonly seq: number }
type Reserve = Extract<SingleCommand, { verb: 'reserve' }>
type InShort = readonly [id: string, expiresAt: number, seq: number]

interface Refused {
  readonly refused: { readonly code: string; readonly message: string; readonly details: object }
}

/**
 * An outcome as stored for its idempotency key. For a new hold, the most frequent one, only what the command does not
 * contain: a repeated key comes with the same command. A third of the bytes, and a tenth more keyed reserves a second
 * on PostgreSQL.
 */
export function storedAnswer(outcome: Outcome, command: unknown, at: number): string {
  if (!outcome.ok)
    return JSON.stringify({ refused: (outcome.error as InventoryError).toJSON() } satisfies Refused)
  if (!isAsAsked(outcome.value, command as Command, at)) return JSON.stringify(outcome.value)
  const { id, expiresAt, seq } = outcome.value
  return JSON.stringify([id, expiresAt, seq])
}

/** The same outcome again, for the same command, marked as a replay. */
export function outcomeOf({ answer, at }: StoredKey, command: unknown): Outcome {
  const kept = JSON.parse(answer) as InShort | Refused | object
  if (isInShort(kept))
    return { ok: true, value: holdOf(kept, command as Reserve, at), replayed: true }
  if (!('refused' in kept)) return { ok: true, value: kept, replayed: true }
  const { code, message, details } = kept.refused
  return { ok: false, error: asReplayed(inventoryError(code, message, details)) }
}

function isInShort(kept: object): kept is InShort {
  return Array.isArray(kept)
}

function isAsAsked(answer: object, command: Command, at: number): answer is Hold {
  if (command.verb !== 'reserve') return false
  const hold = answer as Hold
  return (
    hold.warehouseId === command.warehouseId &&
    hold.productId === command.productId &&
    hold.qty === command.qty &&
    hold.status === 'PENDING' &&
    hold.owner === (command.owner ?? null) &&
    hold.createdAt === at &&
    // The other fields, which are rarely used.
    hold.group === null &&
    hold.replaces === null &&
    hold.released === 0
  )
}

/** Its fields in the order of a new hold's, so that it is the same text over HTTP. */
function holdOf([id, expiresAt, seq]: InShort, command: Reserve, at: number) {
  const { warehouseId, productId, qty, owner = null } = command
  const made = { id, warehouseId, productId, qty, owner, createdAt: at, expiresAt }
  return { ...newHold(made), seq } satisfies Hold
}

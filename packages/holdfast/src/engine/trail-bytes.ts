import type { Metadata } from '../domain/audit-entry.ts'
import type { Command, SingleCommand } from '../domain/commands.ts'
import { jsonBytes, metadataBytes } from '../domain/json-bytes.ts'

/** Of an entry without the caller's texts: its type, numbers, ids of records and times. */
export const ENTRY_BYTES = 200

type Said = Pick<Command, 'actor' | 'metadata'>

/** What lists share with their commands is counted for each of them, but added up once. */
let shared: { readonly metadata: Metadata; readonly bytes: number } | null = null

/**
 * Bytes that a checked command's entries take in the trail at most, about: metadata, actor and the
 * command's own texts stand in each of them. Of a split order, an entry for each warehouse that may
 * serve: of `warehouses` there are if it names none.
 */
export function trailBytes(command: Command, warehouses: number): number {
  const key = command.idempotencyKey === undefined ? 0 : jsonBytes(command.idempotencyKey)
  if (command.verb !== 'atomically') return key + bytesOf(command, command, warehouses)
  let bytes = key
  for (const inner of command.commands) bytes += bytesOf(inner, command, warehouses)
  return bytes
}

function bytesOf(command: SingleCommand, list: Said, warehouses: number): number {
  let each = ENTRY_BYTES
  const { actor = list.actor, metadata = list.metadata } = command
  if (actor !== undefined) each += jsonBytes(actor)
  if (metadata !== undefined) each += bytesOfMetadata(metadata)
  for (const text of textsOf(command)) if (text !== undefined) each += jsonBytes(text)
  return each * entriesOf(command, warehouses)
}

function bytesOfMetadata(metadata: Metadata): number {
  if (shared?.metadata !== metadata) shared = { metadata, bytes: metadataBytes(metadata) }
  return shared.bytes
}

/** Expired holds that are written down on the way are not among them: they carry no metadata. */
function entriesOf(command: SingleCommand, warehouses: number): number {
  switch (command.verb) {
    case 'transfer':
    case 'approveTransfer':
      return 2
    case 'confirm':
      return command.qty === undefined ? 1 : 2
    case 'fulfillAcrossWarehouses':
      return Math.max(1, Math.min(command.qty, command.warehouseOrder?.length ?? warehouses))
    default:
      return 1
  }
}

function textsOf(command: SingleCommand): readonly (string | undefined)[] {
  switch (command.verb) {
    case 'addStock':
      return [command.warehouseId, command.productId, command.source]
    case 'removeStock':
    case 'countStock':
      return [command.warehouseId, command.productId, command.reason]
    case 'reserve':
      return [command.warehouseId, command.productId, command.owner]
    case 'transfer':
      return [command.fromWarehouseId, command.toWarehouseId, command.productId]
    case 'rejectTransfer':
      return [command.reason]
    case 'fulfillAcrossWarehouses':
      return [command.productId, command.owner]
    case 'approveTransfer':
    case 'confirm':
    case 'release':
    case 'ship':
    case 'cancel':
    case 'extend':
      return []
  }
}

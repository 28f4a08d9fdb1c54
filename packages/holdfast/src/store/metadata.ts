import type { AuditEntry, Metadata } from '../model/audit-entry.ts'
import { REASONS, WORD_FOR_WORD } from './codes.ts'

/**
 * The trail's commonest entries carry metadata that their columns say already: which reservation,
 * until when, whose. Those keys are not stored, so that the hot path builds no JSON, and are put back
 * when an entry is read. What is stored is the rest; or everything, word for word, where an entry
 * lacks a key that would be put back.
 */
export interface StoredMetadata {
  readonly extra: number | null
  readonly because: number | null
  readonly json: string | null
}

const PLAIN: ReadonlySet<string> = new Set()
const OF_RESERVATION: ReadonlySet<string> = new Set(['reservationId'])
const OF_HOLD: ReadonlySet<string> = new Set(['expiresAt', 'owner'])
const OF_EXTENSION: ReadonlySet<string> = new Set(['reservationId', 'expiresAt', 'owner'])
const OF_RETURN: ReadonlySet<string> = new Set(['reservationId', 'because', 'expiredAt'])
const OF_TARGET: ReadonlySet<string> = new Set(['toWarehouse'])
const OF_SOURCE: ReadonlySet<string> = new Set(['fromWarehouse'])

/** Where an entry's numbers are written; NaN stands for NULL. */
export interface Slot {
  extra: number
  because: number
}

/** Sets the slot, and answers the JSON of what the columns do not say. */
export function storeMetadata(entry: AuditEntry, slot: Slot): string | null {
  const { metadata } = entry
  slot.extra = NaN
  slot.because = NaN
  switch (entry.type) {
    case 'RESERVED':
      if (!readTime(metadata['expiresAt'], slot)) break
      return rest(metadata, metadata['owner'] === undefined ? 1 : 2, OF_HOLD)
    case 'EXTENDED':
      if (metadata['reservationId'] !== entry.reservationId) break
      if (!readTime(metadata['expiresAt'], slot)) break
      return rest(metadata, metadata['owner'] === undefined ? 2 : 3, OF_EXTENSION)
    case 'SOLD':
    case 'SHIPPED':
    case 'CANCELLED':
      if (metadata['reservationId'] !== entry.reservationId) break
      return rest(metadata, 1, OF_RESERVATION)
    case 'RETURNED':
      if (metadata['reservationId'] !== entry.reservationId) break
      slot.because = REASONS.indexOf(metadata['because'] as 'expired')
      if (slot.because < 1) break
      if (slot.because !== 3) return rest(metadata, 2, OF_RETURN)
      if (!readTime(metadata['expiredAt'], slot)) break
      return rest(metadata, 3, OF_RETURN)
    case 'TRANSFER_REQUESTED':
    case 'TRANSFERRED_OUT':
    case 'TRANSFER_REJECTED':
      if (metadata['toWarehouse'] === undefined) break
      return rest(metadata, 1, OF_TARGET)
    case 'TRANSFERRED_IN':
      if (metadata['fromWarehouse'] !== entry.fromWarehouseId) break
      return rest(metadata, 1, OF_SOURCE)
    case 'RECEIVED':
    case 'DAMAGED':
    case 'REMOVED':
    case 'COUNTED':
    case 'WAREHOUSE_CHANGED':
      return rest(metadata, 0, PLAIN)
  }
  slot.extra = NaN
  slot.because = WORD_FOR_WORD
  return JSON.stringify(metadata)
}

function readTime(text: string | undefined, slot: Slot): boolean {
  if (text === undefined) return false
  slot.extra = Number(text)
  return Number.isSafeInteger(slot.extra)
}

/** JSON of what is not among the keys that the columns say; null where they say all of it. */
function rest(metadata: Metadata, said: number, keys: ReadonlySet<string>): string | null {
  const count = countKeys(metadata)
  if (count === said) return null
  if (said === 0) return JSON.stringify(metadata)
  const left = Object.entries(metadata).filter(([key]) => !keys.has(key))
  // Not by assignment: `__proto__` is a key like any other.
  return JSON.stringify(Object.fromEntries(left))
}

function countKeys(metadata: Metadata): number {
  let count = 0
  for (const key in metadata) if (key.length >= 0) count++
  return count
}

/** What an entry's metadata is put together from. */
export interface MetadataSource extends StoredMetadata {
  readonly type: AuditEntry['type']
  readonly reservationId: string | null
  readonly owner: string | null
  readonly fromWarehouseId: string | null
  readonly toWarehouseId: string | null
}

export function readMetadata(source: MetadataSource): Metadata {
  const metadata = source.json === null ? {} : parse(source.json)
  if (source.because === WORD_FOR_WORD) return metadata
  switch (source.type) {
    case 'RESERVED':
      return addExpiry(metadata, source)
    case 'EXTENDED':
      metadata['reservationId'] = source.reservationId ?? ''
      return addExpiry(metadata, source)
    case 'SOLD':
    case 'SHIPPED':
    case 'CANCELLED':
      metadata['reservationId'] = source.reservationId ?? ''
      return metadata
    case 'RETURNED':
      metadata['reservationId'] = source.reservationId ?? ''
      metadata['because'] = REASONS[source.because ?? 0] ?? ''
      if (source.because === 3) metadata['expiredAt'] = String(source.extra)
      return metadata
    case 'TRANSFER_REQUESTED':
    case 'TRANSFERRED_OUT':
    case 'TRANSFER_REJECTED':
      metadata['toWarehouse'] = source.toWarehouseId ?? ''
      return metadata
    case 'TRANSFERRED_IN':
      metadata['fromWarehouse'] = source.fromWarehouseId ?? ''
      return metadata
    case 'RECEIVED':
    case 'DAMAGED':
    case 'REMOVED':
    case 'COUNTED':
    case 'WAREHOUSE_CHANGED':
    default: // a type that no program wrote
      return metadata
  }
}

function addExpiry(metadata: Record<string, string>, source: MetadataSource): Metadata {
  metadata['expiresAt'] = String(source.extra)
  if (source.owner !== null) metadata['owner'] = source.owner
  return metadata
}

/** What no longer parses is handed out as it stands: its hash will tell. */
function parse(json: string): Record<string, string> {
  try {
    const metadata: unknown = JSON.parse(json)
    if (typeof metadata === 'object' && metadata !== null) return metadata as Record<string, string>
  } catch {
    // As below.
  }
  return { damaged: json }
}

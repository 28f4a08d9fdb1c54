import type { AuditEntry, Metadata } from '../model/audit-entry.ts'
import { randomOf, seqOf } from '../model/record-id.ts'
import { BodyBytes } from './body-bytes.ts'
import { codeOfType, EXPIRED, REASONS } from './codes.ts'
import type { ListedWarehouse } from './commit-body.ts'
import { FORMAT, keyDigest, sha256, textDigest } from './hash.ts'

/** Everything that a commit did. */
export interface Happened {
  readonly entries: readonly AuditEntry[]
  /** For each entry: its level's key, and the previous `seq` of its level and of its record (0: none). */
  readonly levelKeys: readonly number[]
  readonly previousOfLevel: readonly number[]
  readonly previousOfRecord: readonly number[]
  /** Product and warehouse of each new level, in order of level key. */
  readonly newLevels: readonly string[]
  readonly keys: readonly { key: string; fingerprint: string; answer: string }[]
  readonly documents: readonly { name: string; value: string | null }[]
  /** Idempotency keys of commits up to this one were deleted; 0 if none were. */
  readonly forgotten: number
}

export interface Written {
  /** Canonical JSON (RFC 8785) in UTF-8: see docs/log-format.md. */
  readonly body: Uint8Array<ArrayBuffer>
  /** JSON: the salt and the text of each in turn; null if the commit has none. */
  readonly texts: string | null
}

/** `salts` returns `count` random texts of 22 characters each, concatenated. */
export function bodyOf(happened: Happened, salts: (count: number) => string): Written {
  const { entries, levelKeys, previousOfLevel, previousOfRecord } = happened
  const documents = happened.documents.flatMap(({ name, value }) => [
    name,
    value === null ? null : sha256(value),
  ])
  // In order of name, without empty members, so that a commit has only one form.
  BYTES.begin()
  BYTES.text(`{${member('documents', documents)}`)
  const writer = new LineWriter()
  for (let index = 0; index < entries.length; index++) {
    BYTES.ascii(index === 0 ? '"entries":[' : ',')
    writer.line(
      entries[index]!,
      levelKeys[index]!,
      previousOfLevel[index]!,
      previousOfRecord[index]!,
    )
  }
  if (entries.length > 0) BYTES.ascii('],')
  const texts = [...writer.texts.keys()]
  const salt = texts.length === 0 ? '' : salts(texts.length)
  const salted: string[] = []
  const digests: string[] = []
  for (let index = 0; index < texts.length; index++) {
    const own = salt.slice(index * SALT, (index + 1) * SALT)
    salted.push(own, texts[index]!)
    digests.push(textDigest(own, texts[index]!))
  }
  const keys = happened.keys.map(({ key, fingerprint, answer }) =>
    keyDigest(key, fingerprint, answer),
  )
  BYTES.text(
    (happened.forgotten === 0 ? '' : `"forgotten":${happened.forgotten},`) +
      member('keys', keys) +
      member('levels', happened.newLevels) +
      member('names', [...writer.names.keys()]) +
      member('texts', digests) +
      `"v":${FORMAT}` +
      (writer.warehouses.length === 0 ? '' : `,"warehouses":${JSON.stringify(writer.warehouses)}`) +
      '}',
  )
  return { body: BYTES.take(), texts: salted.length === 0 ? null : JSON.stringify(salted) }
}

/** Shared: one body is written at a time. */
const BYTES = new BodyBytes()

/** Characters of a salt: 132 random bits. */
const SALT = 22

function member(name: string, values: readonly unknown[]): string {
  return values.length === 0 ? '' : `"${name}":${JSON.stringify(values)},`
}

/** Metadata that an entry's numbers already contain: it is not written again. */
const SAID = {
  RESERVED: new Set(['expiresAt', 'owner', 'replaces']),
  EXTENDED: new Set(['reservationId', 'expiresAt']),
  SOLD: new Set(['reservationId']),
  SHIPPED: new Set(['reservationId']),
  CANCELLED: new Set(['reservationId']),
  RETURNED: new Set(['reservationId', 'because', 'expiredAt']),
  TRANSFER_REQUESTED: new Set(['toWarehouse']),
  TRANSFERRED_OUT: new Set(['toWarehouse']),
  TRANSFER_REJECTED: new Set(['toWarehouse']),
  TRANSFERRED_IN: new Set(['fromWarehouse']),
  WAREHOUSE_CHANGED: new Set([
    ...['name', 'capacity', 'reorderThreshold', 'reorderThresholds', 'sells', 'closed'],
  ]),
  OWNER_CHANGED: new Set(['reservationId', 'owner']),
  CAME_BACK: new Set(['reservationId']),
  RECEIVED: new Set<string>(),
  DAMAGED: new Set<string>(),
  REMOVED: new Set<string>(),
  COUNTED: new Set<string>(),
  SET_ASIDE: new Set<string>(),
  PUT_BACK: new Set<string>(),
  WRITTEN_OFF: new Set<string>(),
  RECEIVED_ASIDE: new Set<string>(),
  COUNTED_ASIDE: new Set<string>(),
} satisfies Record<AuditEntry['type'], ReadonlySet<string>>

class LineWriter {
  readonly texts = new Map<string, number>()
  readonly names = new Map<string, number>()
  readonly warehouses: ListedWarehouse[] = []
  /** Whether the next option of the line is the first. */
  #isFirst = true

  line(entry: AuditEntry, level: number, ofLevel: number, ofRecord: number): void {
    const { type, metadata } = entry
    BYTES.byte(OPEN)
    BYTES.number(codeOfType(type))
    BYTES.next(level)
    BYTES.next(entry.qty)
    BYTES.next(entry.available)
    BYTES.next(entry.held)
    BYTES.next(entry.allocated)
    BYTES.next(ofLevel)
    switch (type) {
      case 'RESERVED': {
        const { owner } = metadata
        BYTES.next(0)
        BYTES.next(randomOf(entry.reservationId!))
        BYTES.next(0)
        BYTES.next(ttlOf(entry))
        if (owner === undefined) BYTES.ascii(',null')
        else BYTES.next(place(this.texts, owner))
        break
      }
      case 'EXTENDED':
        this.#record(entry.reservationId!, 0, ofRecord)
        BYTES.next(ttlOf(entry))
        break
      case 'OWNER_CHANGED':
        this.#record(entry.reservationId!, 0, ofRecord)
        BYTES.next(place(this.texts, metadata['owner']!))
        break
      case 'SOLD':
      case 'SHIPPED':
      case 'CANCELLED':
      case 'CAME_BACK':
        this.#record(entry.reservationId!, 0, ofRecord)
        break
      case 'RETURNED': {
        const because = REASONS.indexOf(metadata['because'] as 'expired')
        this.#record(entry.reservationId!, 0, ofRecord)
        BYTES.next(because)
        if (because === EXPIRED) BYTES.next(Number(metadata['expiredAt']))
        break
      }
      case 'TRANSFER_REQUESTED':
      case 'TRANSFERRED_OUT':
      case 'TRANSFER_REJECTED':
        this.#record(entry.transferId!, entry.seq, ofRecord)
        BYTES.next(place(this.names, metadata['toWarehouse']!))
        break
      case 'TRANSFERRED_IN':
        this.#record(entry.transferId!, entry.seq, ofRecord)
        BYTES.next(place(this.names, entry.fromWarehouseId!))
        break
      case 'WAREHOUSE_CHANGED':
        BYTES.next(this.warehouses.push(warehouseOf(entry)) - 1)
        break
      case 'RECEIVED':
      case 'DAMAGED':
      case 'REMOVED':
      case 'COUNTED':
      case 'SET_ASIDE':
      case 'PUT_BACK':
      case 'WRITTEN_OFF':
      case 'RECEIVED_ASIDE':
      case 'COUNTED_ASIDE':
        break
    }
    this.#options(entry)
    BYTES.byte(CLOSE)
  }

  /** A record's first entry contains its number; 0 stands for it there. */
  #record(id: string, seq: number, ofRecord: number): void {
    const own = seqOf(id)
    BYTES.next(own === seq ? 0 : own)
    BYTES.next(randomOf(id))
    BYTES.next(ofRecord)
  }

  /** The fields that only some entries of a type have, in order of name. */
  #options(entry: AuditEntry): void {
    const { actor, group, metadata, reference, unsellable, type } = entry
    const rest = unsaid(metadata, SAID[type])
    const replaces = type === 'RESERVED' ? metadata['replaces'] : undefined
    // Most entries have none.
    if (actor === null && group === null && rest === null && unsellable === 0)
      if (reference === null && replaces === undefined) return
    this.#isFirst = true
    if (actor !== null) this.#option('actor', place(this.texts, actor))
    if (group !== null) this.#option('group', place(this.texts, group))
    if (rest !== null) this.#option('metadata', place(this.texts, rest))
    if (reference !== null) {
      const text = JSON.stringify([reference.type, reference.id])
      this.#option('reference', place(this.texts, text))
    }
    if (replaces !== undefined) {
      this.#option('replaces', seqOf(replaces))
      this.#option('replacesRandom', randomOf(replaces))
    }
    if (unsellable !== 0) this.#option('unsellable', unsellable)
    BYTES.byte(CLOSE_OBJECT)
  }

  #option(name: string, value: number): void {
    BYTES.ascii(this.#isFirst ? `,{"${name}":` : `,"${name}":`)
    BYTES.number(value)
    this.#isFirst = false
  }
}

const [OPEN, CLOSE, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7d]

/** How long a hold lasts from this entry on. Most holds of a commit end together: theirs is parsed once. */
function ttlOf({ metadata, timestamp }: AuditEntry): number {
  const { expiresAt } = metadata
  if (expiresAt !== lastText) [lastText, lastTime] = [expiresAt, Number(expiresAt)]
  return lastTime - timestamp
}

let lastText: string | undefined
let lastTime = 0

/** JSON of the metadata that the numbers do not contain, in order of key; null if there is none. */
function unsaid(metadata: Metadata, said: ReadonlySet<string>): string | null {
  let keys: string[] | null = null
  for (const key in metadata) if (!said.has(key)) (keys ??= []).push(key)
  if (keys === null) return null
  if (keys.length > 1) keys.sort()
  let json = ''
  // Not as an object: keys that look like integers would not stay in order.
  for (const key of keys)
    json += `${json === '' ? '' : ','}${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`
  return `{${json}}`
}

/**
 * Id, name, capacity or null, threshold, the products with their own thresholds (product and threshold in turn),
 * whether it sells, and whether it is closed.
 */
function warehouseOf({ warehouseId, metadata }: AuditEntry): ListedWarehouse {
  const { name, capacity, reorderThreshold, reorderThresholds = '{}' } = metadata
  const thresholds = Object.entries(JSON.parse(reorderThresholds) as Record<string, number>)
  const sorted = thresholds.sort(([a], [b]) => (a < b ? -1 : 1))
  const limit = capacity === undefined ? null : Number(capacity)
  const sells = metadata['sells'] === 'false' ? 0 : 1
  const closed = metadata['closed'] === 'true' ? 1 : 0
  return [warehouseId, name!, limit, Number(reorderThreshold), sorted.flat(), sells, closed]
}

/** The index of a text in a list without duplicates. */
function place(list: Map<string, number>, text: string): number {
  let index = list.get(text)
  if (index === undefined) list.set(text, (index = list.size))
  return index
}

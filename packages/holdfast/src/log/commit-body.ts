import type { AuditEntry, Metadata, Reference } from '../model/audit-entry.ts'
import { OperationalError } from '../model/operational-error.ts'
import { recordId } from '../model/record-id.ts'
import { ENTRY_TYPES, EXPIRED, REASONS } from './codes.ts'
import type { CommitHeader } from './hash.ts'
import {
  areSorted,
  digestsIn,
  ENTRIES,
  listOf,
  type Line,
  type Lines,
  type Options,
} from './lines.ts'
import type { Marks } from './marks.ts'
import { textsOf, TextsAlone } from './text-alone.ts'

/** What a proof needs of a commit and finds in this commit alone: a sixth of the time of all its threads. */
export interface Digested {
  readonly bodyHash: string
  /** What is wrong with its texts; null if each matches its digest. */
  readonly wrongText: string | null
}

export interface LoggedCommit extends CommitHeader {
  /** Hex. */
  readonly hash: string
  readonly body: string
  /** null if it has no texts. */
  readonly texts: string | null
  /** As stored, beside the log; absent from a store that needs none. */
  readonly marks?: Marks | undefined
  /** If they were asked for, and the store has a thread to make them. */
  readonly digested?: Digested | undefined
}

/** Indexes in a line: those of all types, then those of a reservation's and a transfer's. */
export const TYPE = 0
export const LEVEL = 1
export const QTY = 2
export const AVAILABLE = 3
export const HELD = 4
export const ALLOCATED = 5
export const OF_LEVEL = 6
export const RECORD = 7
export const RANDOM = 8
export const OF_RECORD = 9

/** The warehouse and product of a level, by its key. */
export type PlaceOf = (
  key: number,
) => { readonly warehouseId: string; readonly productId: string } | undefined

/** Up to this many lines are searched for one by one; then all are parsed. */
const ALONE = 8
/** And up to this many texts. */
const TEXTS_ALONE = 64
/** Stands in a body for a list that was cut out. */
const CUT = '0'

/** A warehouse in a body: all of it, as it is after the change. */
export type ListedWarehouse = readonly [
  id: string,
  name: string,
  capacity: number | null,
  reorderThreshold: number,
  /** Product, threshold, product, threshold … */
  thresholds: readonly (string | number)[],
  sells: number,
  closed: number,
]

export interface Parts {
  readonly v?: number
  readonly documents?: readonly (string | null)[]
  readonly entries?: readonly Line[]
  readonly forgotten?: number
  readonly keys?: readonly string[]
  readonly levels?: readonly string[]
  readonly names?: readonly string[]
  readonly texts?: readonly string[]
  readonly warehouses?: readonly ListedWarehouse[]
}

const NOTHING: readonly never[] = []

/** Reads the body of a commit, and only the parts that are asked for. */
export class CommitBody {
  readonly stored: LoggedCommit
  #parts: Parts | null = null
  #texts: readonly (string | null)[] | null = null
  #alone = 0
  #textsAlone: TextsAlone | null = null
  #asked = 0

  constructor(stored: LoggedCommit) {
    this.stored = stored
  }

  /** @throws OperationalError STORE_DAMAGED if it is not a body */
  get parts(): Parts {
    return (this.#parts ??= this.#parsed(this.stored.body, isMembers) as Parts)
  }

  get lines(): readonly Line[] {
    return this.parts.entries ?? NOTHING
  }

  /**
   * For a proof: reads the body, its lines into `lines`, and the texts. `bytes` are those of the body. Returns whether it
   * is in canonical form, but for the digests of its texts: see `digested`. Neither they nor the lines are among the
   * `parts` then.
   */
  readInto(lines: Lines, bytes: Uint8Array): boolean {
    lines.clear()
    let rest = this.stored.body
    const entries = listOf(rest, 'entries')
    if (entries > 0) {
      // What is before them may not be ASCII.
      const from = Buffer.byteLength(rest.slice(0, entries))
      const end = lines.read(bytes, from)
      if (end === 0) return false
      rest = rest.slice(0, entries) + CUT + rest.slice(entries + end - from)
    }
    const texts = digestsIn(rest, 'texts')
    if (texts !== null) rest = rest.slice(0, texts.from) + CUT + rest.slice(texts.end)
    const parts = this.#parsed(rest, isMembers) as Record<string, unknown>
    // What was cut out was a member of the body, and not of a member.
    const isWhole =
      parts['entries'] === (entries > 0 ? Number(CUT) : undefined) &&
      parts['texts'] === (texts === null ? undefined : Number(CUT))
    if (!isWhole || JSON.stringify(parts) !== rest || !areSorted(Object.keys(parts))) return false
    this.#parts = { ...parts, entries: NOTHING, texts: NOTHING }
    if (this.stored.texts !== null) this.#texts = textsOf(this.stored.texts)
    return true
  }

  /** Digests of the keys it stored, without parsing the rest. */
  get keyDigests(): readonly string[] {
    const { body } = this.stored
    const list = digestsIn(body, 'keys')
    if (list === null) return NOTHING
    return this.#parsed(body.slice(list.from, list.end), Array.isArray) as string[]
  }

  /** The line of an entry; undefined if it is not in this commit. When following entry by entry, use `alone`. */
  line(seq: number): Line | undefined {
    return this.lines[seq - this.stored.firstSeq]
  }

  /** The same, without parsing the other lines. Lines contain only numbers, so each ends at the next bracket. */
  alone(seq: number): Line | undefined {
    const { body, firstSeq } = this.stored
    if (this.#parts !== null || this.#alone++ > ALONE || !body.startsWith(ENTRIES))
      return this.line(seq)
    let at = ENTRIES.length
    for (let index = firstSeq; index < seq; index++) {
      at = body.indexOf(']', at) + 2
      if (at === 1) return undefined
    }
    return this.#parsed(body.slice(at, body.indexOf(']', at) + 1), Array.isArray) as Line
  }

  /** null for each that was erased. */
  get texts(): readonly (string | null)[] {
    return (this.#texts ??= this.#allTexts())
  }

  text(place: unknown): string | null {
    if (typeof place !== 'number' || Number.isNaN(place)) return null
    if (this.#texts === null && this.#asked++ < TEXTS_ALONE) {
      this.#textsAlone ??= new TextsAlone(this.stored.texts ?? '')
      const alone = this.#textsAlone.text(place)
      if (alone !== undefined) return alone
    }
    return this.texts[place] ?? null
  }

  /** The metadata that only a text contains. */
  entryMetadata(place: unknown): Metadata {
    const text = this.text(place)
    return text === null ? {} : objectOf(text)
  }

  /** Approximate bytes that an entry's metadata adds. */
  metadataBytes(line: Line): number {
    const metadata = this.text(optionsOf(line).metadata)
    return metadata === null ? 0 : Buffer.byteLength(metadata)
  }

  /** The entry of a line. Missing or unknown values give empty or wrong fields, not an error: the hash reveals them. */
  entry(line: Line, seq: number, placeOf: PlaceOf): AuditEntry {
    const type = ENTRY_TYPES[line[TYPE] as number]!
    const place = placeOf(line[LEVEL] as number)
    const about = aboutOf(type)
    const number = (line[RECORD] as number) || seq
    const id = about === null ? null : recordId(number, (line[RANDOM] as number | undefined) ?? 0)
    const warehouse = type === 'WAREHOUSE_CHANGED' ? this.#warehouse(line) : null
    const warehouseId = place?.warehouseId ?? warehouse?.[0] ?? ''
    const isIn = type === 'TRANSFERRED_IN'
    const other = about === 'transfer' ? (this.parts.names?.[line[10] as number] ?? '') : null
    const options = optionsOf(line)
    return {
      id: String(seq),
      seq,
      type,
      productId: place?.productId ?? '',
      warehouseId: warehouseId as string,
      fromWarehouseId: about === 'transfer' ? (isIn ? other : (warehouseId as string)) : null,
      qty: line[QTY] as number,
      timestamp: this.stored.at,
      reservationId: about === 'reservation' ? id : null,
      transferId: about === 'transfer' ? id : null,
      actor: this.text(options.actor),
      metadata: this.#metadata(line, id, this.text(options.metadata), other),
      reference: referenceOf(this.text(options.reference)),
      group: this.text(options.group),
      available: line[AVAILABLE] as number,
      held: line[HELD] as number,
      allocated: line[ALLOCATED] as number,
      unsellable: options.unsellable ?? 0,
    }
  }

  /** The metadata from the text and from the numbers. */
  #metadata(line: Line, id: string | null, text: string | null, other: string | null): Metadata {
    const metadata: Record<string, string> = text === null ? {} : objectOf(text)
    switch (ENTRY_TYPES[line[TYPE] as number]) {
      case 'RESERVED': {
        metadata['expiresAt'] = this.#expiresAt(line)
        const owner = this.text(line[11])
        if (owner !== null) metadata['owner'] = owner
        const { replaces, replacesRandom = 0 } = optionsOf(line)
        if (replaces !== undefined) metadata['replaces'] = recordId(replaces, replacesRandom)
        return metadata
      }
      case 'EXTENDED':
        metadata['reservationId'] = id!
        metadata['expiresAt'] = this.#expiresAt(line)
        return metadata
      case 'OWNER_CHANGED':
        metadata['reservationId'] = id!
        metadata['owner'] = this.text(line[10]) ?? ''
        return metadata
      case 'SOLD':
      case 'SHIPPED':
      case 'CANCELLED':
      case 'CAME_BACK':
        metadata['reservationId'] = id!
        return metadata
      case 'RETURNED':
        metadata['reservationId'] = id!
        metadata['because'] = REASONS[line[10] as number] ?? ''
        if (line[10] === EXPIRED) metadata['expiredAt'] = String(line[11])
        return metadata
      case 'TRANSFER_REQUESTED':
      case 'TRANSFERRED_OUT':
      case 'TRANSFER_REJECTED':
        metadata['toWarehouse'] = other!
        return metadata
      case 'TRANSFERRED_IN':
        metadata['fromWarehouse'] = other!
        return metadata
      case 'WAREHOUSE_CHANGED':
        return { ...metadata, ...toldOf(this.#warehouse(line)) }
      default:
        return metadata
    }
  }

  /** Salts and texts are stored in turn. */
  #allTexts(): readonly (string | null)[] {
    const { texts } = this.stored
    if (texts === null) return NOTHING
    const list = this.#parsed(texts, Array.isArray) as (string | null)[]
    return list.filter((_, index) => index % 2 === 1)
  }

  #expiresAt(line: Line): string {
    return String(this.stored.at + (line[10] as number))
  }

  #parsed(json: string, isRight: (value: object) => boolean): object {
    let value: unknown
    try {
      value = JSON.parse(json)
    } catch {
      // As below.
    }
    if (typeof value === 'object' && value !== null && isRight(value)) return value
    const message = `commit ${this.stored.commit} of the log cannot be read`
    throw new OperationalError('STORE_DAMAGED', message)
  }

  /** The warehouse of an entry without a level. */
  warehouseOf(line: Line): unknown {
    return this.#warehouse(line)?.[0]
  }

  #warehouse(line: Line): ListedWarehouse | undefined {
    return this.parts.warehouses?.[line[RECORD] as number]
  }
}

function isMembers(value: object): boolean {
  return !Array.isArray(value)
}

/** What an entry of this type is about, apart from its level. */
export function aboutOf(type: AuditEntry['type'] | undefined): 'reservation' | 'transfer' | null {
  switch (type) {
    case 'RESERVED':
    case 'EXTENDED':
    case 'SOLD':
    case 'SHIPPED':
    case 'CANCELLED':
    case 'RETURNED':
    case 'OWNER_CHANGED':
    case 'CAME_BACK':
      return 'reservation'
    case 'TRANSFER_REQUESTED':
    case 'TRANSFERRED_OUT':
    case 'TRANSFERRED_IN':
    case 'TRANSFER_REJECTED':
      return 'transfer'
    default:
      return null
  }
}

const NO_OPTIONS: Options = {}

/** The fields that only some entries of a type have: the last element of the line, unless it is a number. */
export function optionsOf(line: Line): Options {
  const last = line[line.length - 1]
  return typeof last === 'object' && last !== null ? last : NO_OPTIONS
}

function toldOf(warehouse: ListedWarehouse | undefined): Metadata {
  if (warehouse === undefined) return {}
  const [, name, capacity, reorderThreshold, thresholds, sells, closed] = warehouse
  const pairs = pairsOf(thresholds)
  return {
    name,
    ...(capacity === null ? {} : { capacity: String(capacity) }),
    reorderThreshold: String(reorderThreshold),
    ...(pairs.length === 0 ? {} : { reorderThresholds: JSON.stringify(Object.fromEntries(pairs)) }),
    ...(sells === 0 ? { sells: 'false' } : {}),
    ...(closed === 1 ? { closed: 'true' } : {}),
  }
}

/** Product and threshold of each. */
export function pairsOf(flat: readonly (string | number)[]): [string, number][] {
  const pairs: [string, number][] = []
  for (let at = 0; at < flat.length; at += 2)
    pairs.push([flat[at] as string, flat[at + 1] as number])
  return pairs
}

/** A text that is the JSON of type and id; null if it does not parse. Its digest reveals the damage. */
function referenceOf(json: string | null): Reference | null {
  if (json === null) return null
  try {
    const parsed: unknown = JSON.parse(json)
    if (Array.isArray(parsed)) return { type: String(parsed[0]), id: String(parsed[1]) }
  } catch {
    // As below.
  }
  return null
}

/** Text that does not parse is returned as it is. Its digest reveals the damage. */
function objectOf(json: string): Record<string, string> {
  try {
    const metadata: unknown = JSON.parse(json)
    if (typeof metadata === 'object' && metadata !== null) return metadata as Record<string, string>
  } catch {
    // As below.
  }
  return { damaged: json }
}

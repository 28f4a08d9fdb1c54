import type { AdjustmentType } from '../model/adjustment-type.ts'
import { parseRecordId } from '../model/record-id.ts'
import { referenceOf } from '../model/commands/fields/reference.ts'
import { codeOfType, ENTRY_TYPES } from './codes.ts'
import {
  aboutOf,
  LEVEL,
  optionsOf,
  RANDOM,
  RECORD,
  TYPE,
  type CommitBody,
  type PlaceOf,
} from './commit-body.ts'
import type { Line } from './lines.ts'

/** The entries to look for. */
export interface EntryFilter {
  readonly type?: AdjustmentType | undefined
  readonly warehouseId?: string | undefined
  readonly productId?: string | undefined
  readonly reservationId?: string | undefined
  readonly transferId?: string | undefined
  readonly group?: string | undefined
  /** As `type:id`. */
  readonly reference?: string | undefined
  readonly actor?: string | undefined
}

/** Matches lines as they are stored, so that only matching entries are built. */
export class EntrySearch {
  /** No earlier entry can match: a record's id gives its first entry. */
  readonly firstSeq: number
  readonly #type: number | null
  /** Keys of the levels that are looked for; null for all. */
  readonly levels: ReadonlySet<number> | null
  readonly #warehouseId: string | undefined
  readonly #about: 'reservation' | 'transfer' | null
  readonly record: { readonly seq: number; readonly random: number } | null
  readonly #placeOf: PlaceOf
  readonly group: string | undefined
  readonly #actor: string | undefined
  /** The reference as a text of the log. */
  readonly reference: string | undefined
  /** Strings that every body with a match contains. */
  readonly #needles: readonly string[] | null

  constructor(
    filter: EntryFilter,
    levelsOf: (productId: string) => ReadonlySet<number>,
    placeOf: PlaceOf,
  ) {
    const { type, warehouseId, productId, reservationId, transferId, group, reference } = filter
    const ids = [reservationId, transferId].filter((id) => id !== undefined)
    const parsed = ids.map(parseRecordId)
    // An entry is about at most one record.
    const isNone = parsed.includes(null) || parsed.length === 2
    this.record = parsed[0] ?? null
    this.firstSeq = isNone ? Infinity : (this.record?.seq ?? 1)
    this.#about =
      reservationId !== undefined ? 'reservation' : transferId === undefined ? null : 'transfer'
    this.#type = type === undefined ? null : codeOfType(type)
    this.#warehouseId = warehouseId
    this.levels = productId === undefined ? null : levelsOf(productId)
    this.#placeOf = placeOf
    this.group = group
    this.#actor = filter.actor
    if (reference !== undefined) {
      const { type: of, id } = referenceOf(reference)
      this.reference = JSON.stringify([of, id])
    }
    this.#needles =
      this.record !== null
        ? [`,${this.record.random},`]
        : this.levels === null || this.levels.size > 8
          ? null
          : [...this.levels].map((key) => `,${key},`)
  }

  /** Whether a body may have a match, judged by searching its text for a number: a tenth of the time of parsing it. */
  mayBeIn(commit: CommitBody): boolean {
    if (this.group !== undefined && !commit.texts.includes(this.group)) return false
    if (this.reference !== undefined && !commit.texts.includes(this.reference)) return false
    if (this.#actor !== undefined && !commit.texts.includes(this.#actor)) return false
    const { body } = commit.stored
    return this.#needles?.some((needle) => body.includes(needle)) ?? true
  }

  matches(body: CommitBody, line: Line, seq: number): boolean {
    if (this.#type !== null && line[TYPE] !== this.#type) return false
    if (this.levels !== null && !this.levels.has(line[LEVEL] as number)) return false
    if (this.record !== null) {
      if (aboutOf(ENTRY_TYPES[line[TYPE] as number]) !== this.#about) return false
      if (((line[RECORD] as number) || seq) !== this.record.seq) return false
      if (line[RANDOM] !== this.record.random) return false
    }
    if (this.group !== undefined && body.text(optionsOf(line).group) !== this.group) return false
    if (this.#actor !== undefined && body.text(optionsOf(line).actor) !== this.#actor) return false
    if (this.reference !== undefined && body.text(optionsOf(line).reference) !== this.reference)
      return false
    if (this.#warehouseId === undefined) return true
    const place = this.#placeOf(line[LEVEL] as number)
    return (place?.warehouseId ?? body.warehouseOf(line)) === this.#warehouseId
  }
}

import { seqOf } from '../model/record-id.ts'
import { KIND, keyOf, type Kind } from './kinds.ts'
import { ask, Lists, type Asking, type ListSource, type Soon } from './lists.ts'
import type { TextHash } from './text-hash.ts'

/** A page examines at most this many reservations or transfers. */
export const CANDIDATES = 5000

/** A reservation or a transfer: its id begins with its number. */
interface Numbered {
  readonly id: string
}

/** Where a page of reservations or transfers comes from. All of it is one state. */
export interface RecordSource<T extends Numbered> {
  /** The newest entry. */
  readonly seq: number
  /** Null if too much of the log is not posted: then the records are read one after another. */
  readonly posted: ListSource | null
  /** The records with these numbers, in this order. May leave out some that cannot match. */
  records(seqs: readonly number[]): Soon<readonly T[]>
  /** All records before one, newest first. */
  walk(before: number, limit: number): Soon<readonly T[]>
}

/** Where to look: under keys of one kind. */
export interface Way {
  readonly kind: Kind
  readonly keys: readonly number[]
}

export interface FoundRecords<T> {
  readonly rows: readonly T[]
  /** Those before this one come next; null if there are no more. */
  readonly before: number | null
}

export interface PageWanted<T> {
  readonly way: Way | null
  readonly beforeSeq?: number | undefined
  readonly limit: number
  readonly matches: (record: T) => boolean
}

export function wayByText(kind: Kind, text: string, hash: TextHash): Way {
  return { kind, keys: [hash.of(text)] }
}

export function wayByLevels(kind: Kind, levels: readonly number[]): Way {
  return { kind, keys: levels.map(keyOf) }
}

export const WAY_OF_CONFIRMED: Way = { kind: KIND.reservationConfirmed, keys: [0] }

/**
 * Records that match, newest first. Each posted one is examined in its current state. A page ends after `limit` matches
 * or CANDIDATES examined.
 */
export function* findRecords<T extends Numbered>(
  source: RecordSource<T>,
  wanted: PageWanted<T>,
): Asking<FoundRecords<T>> {
  const { way, limit, matches } = wanted
  const from = Math.min((wanted.beforeSeq ?? Infinity) - 1, source.seq)
  const page = new Page(limit, matches)
  if (way === null || source.posted === null) {
    for (let before = from + 1; before > 1;) {
      const rows = yield* ask(source.walk(before, page.room))
      if (rows.length === 0) break
      before = seqOf(rows.at(-1)!.id)
      if (page.isFullWith(rows, before)) return page.answer
    }
    return page.end()
  }
  const lists = new Lists(source.posted, { ...way, from, isDown: true })
  for (;;) {
    const seqs = yield* lists.take(page.room)
    if (seqs.length === 0) return page.end()
    const rows = yield* ask(source.records(seqs))
    if (page.isFullWith(rows, seqs.at(-1)!, seqs.length)) return page.answer
  }
}

class Page<T extends Numbered> {
  readonly #limit: number
  readonly #matches: (record: T) => boolean
  readonly #rows: T[] = []
  #looked = 0
  answer: FoundRecords<T> = { rows: this.#rows, before: null }

  constructor(limit: number, matches: (record: T) => boolean) {
    this.#limit = limit
    this.#matches = matches
  }

  /** How many to examine next: as many as fill the page, if they match as often as those before. */
  get room(): number {
    const rest = this.#limit - this.#rows.length
    const of = this.#looked === 0 ? 1 : this.#looked / Math.max(1, this.#rows.length)
    return Math.min(Math.max(100, Math.ceil(rest * of)), CANDIDATES - this.#looked)
  }

  /** Takes the records found down to `last`. Returns whether the page is full. */
  isFullWith(records: readonly T[], last: number, looked = records.length): boolean {
    this.#looked += looked
    for (const record of records) {
      if (!this.#matches(record)) continue
      this.#rows.push(record)
      if (this.#rows.length < this.#limit) continue
      this.answer = { rows: this.#rows, before: seqOf(record.id) }
      return true
    }
    if (this.#looked < CANDIDATES) return false
    this.answer = { rows: this.#rows, before: last }
    return true
  }

  end(): FoundRecords<T> {
    return { rows: this.#rows, before: null }
  }
}

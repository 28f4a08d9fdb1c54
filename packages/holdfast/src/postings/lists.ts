import type { Kind } from './kinds.ts'
import { BLOCK, ownList, readRow, sharedList } from './run.ts'
import type { Tail } from './tail.ts'

/** An answer now or later. The code here is written once, for a file and for a connection. */
export type Soon<T> = T | Promise<T>

/** Work that asks a source and continues with the answer. */
export type Asking<R> = Generator<Soon<unknown>, R, unknown>

export function* ask<T>(answer: Soon<T>): Generator<Soon<unknown>, T, unknown> {
  return (yield answer) as T
}

/** For a source that returns at once. */
export function runNow<R>(work: Asking<R>): R {
  let step = work.next()
  while (step.done !== true) step = work.next(step.value)
  return step.value
}

export async function runLater<R>(work: Asking<R>): Promise<R> {
  let step = work.next()
  while (step.done !== true) {
    try {
      step = work.next(await step.value)
    } catch (error) {
      step = work.throw(error)
    }
  }
  return step.value
}

/** Rows of one list from a place, in order of (block, run). */
export interface RowsWanted {
  readonly kind: Kind
  readonly list: number
  /** Those after this place; with `isDown`, those before it. */
  readonly block: number
  readonly run: number
}

export interface StoredRow {
  readonly block: number
  readonly run: number
  readonly seqs: Uint8Array
}

/** What is posted: in rows up to a watermark, and in memory after it. */
export interface ListSource {
  readonly tail: Pick<Tail, 'find'>
  /** Up to `limit` rows for each list wanted. */
  postings(
    wanted: readonly RowsWanted[],
    isDown: boolean,
    limit: number,
  ): Soon<readonly (readonly StoredRow[])[]>
}

/**
 * How many rows of a list are asked for at first, and at most. A row has up to 128 KiB, most have less than 1. With 8 at first a
 * page takes 0.7 to 0.9 of the time with 2 if a list has few in a block, and 1.1 if it has thousands.
 */
const [FIRST_ROWS, MOST_ROWS] = [8, 128]
/** At most this many rows of all lists together, and one of each if there are more lists. */
const ROWS_AT_ONCE = 1024

/** Whether numbers between these two are of any use. The others are not unpacked. */
type IsWanted = (first: number, last: number) => boolean
const ALL: IsWanted = () => true

/** The numbers posted under some keys of one kind, in order, block by block. */
export class Lists {
  readonly #source: ListSource
  /** Numbers that were found and not taken. */
  #ready: number[] = []
  readonly #kind: Kind
  readonly #keys: ReadonlySet<number>
  readonly #isDown: boolean
  readonly #from: number
  readonly #lists: List[] = []
  /** Numbers from the tail; the next one is last. */
  readonly #tail: number[]
  #limit = FIRST_ROWS

  /** Upwards or downwards from a number, which is included. */
  constructor(
    source: ListSource,
    options: {
      readonly kind: Kind
      readonly keys: Iterable<number>
      readonly from: number
      readonly isDown: boolean
    },
  ) {
    const { kind, keys, from, isDown } = options
    this.#source = source
    this.#kind = kind
    this.#keys = new Set(keys)
    this.#isDown = isDown
    this.#from = from
    const block = blockOf(from)
    const place = isDown ? { block: block + 1, run: -1 } : { block: block - 1, run: Infinity }
    const lists = new Set<number>()
    for (const key of this.#keys) lists.add(ownList(key)).add(sharedList(key))
    for (const list of lists) this.#lists.push({ list, rows: [], ...place, hasEnded: false })
    this.#tail = source.tail
      .find(kind, this.#keys)
      .filter((seq) => this.#isWithin(seq))
      .sort((a, b) => (isDown ? a - b : b - a))
  }

  /** The numbers of the next block that is wanted, each once; null at the end. */
  *next(isWanted: IsWanted = ALL): Asking<readonly number[] | null> {
    for (;;) {
      yield* this.#fill()
      const blocks = this.#lists.flatMap(({ rows }) => (rows.length === 0 ? [] : [rows[0]!.block]))
      if (this.#tail.length > 0) blocks.push(blockOf(this.#tail.at(-1)!))
      if (blocks.length === 0) return null
      const block = this.#isDown ? Math.max(...blocks) : Math.min(...blocks)
      const found = isWanted(block * BLOCK, (block + 1) * BLOCK - 1) ? new Set<number>() : null
      yield* this.#takeAll(block, found)
      if (found === null) continue
      // A block may have thousands: numbers alone are sorted several times faster than by a comparison.
      const sorted = Float64Array.from(found).sort()
      return Array.from(this.#isDown ? sorted.reverse() : sorted)
    }
  }

  /**
   * The next numbers in order: so many, and fewer only at the end. Few of a block may be posted under a key, and what they
   * stand for is best asked for at once.
   */
  *take(count: number): Asking<readonly number[]> {
    while (this.#ready.length < count) {
      const block = yield* this.next()
      if (block === null) break
      this.#ready = this.#ready.concat(block)
    }
    return this.#ready.splice(0, count)
  }

  *#takeAll(block: number, found: Set<number> | null): Asking<void> {
    for (;;) {
      for (const list of this.#lists) this.#take(list, block, found)
      yield* this.#fill()
      if (this.#lists.every(({ rows }) => rows[0]?.block !== block)) break
    }
    while (this.#tail.length > 0 && blockOf(this.#tail.at(-1)!) === block) {
      const seq = this.#tail.pop()!
      found?.add(seq)
    }
  }

  #take({ list, rows }: List, block: number, found: Set<number> | null): void {
    while (rows[0]?.block === block) {
      const row = rows.shift()!
      if (found === null) continue
      readRow({ kind: this.#kind, list, block, seqs: row.seqs }, (key, seq) => {
        if (this.#isWithin(seq) && this.#keys.has(key)) found.add(seq)
      })
    }
  }

  #isWithin(seq: number): boolean {
    return this.#isDown ? seq <= this.#from : seq >= this.#from
  }

  /** Fetches more rows for every list that ran empty and has not ended. */
  *#fill(): Asking<void> {
    const empty = this.#lists.filter(({ rows, hasEnded }) => rows.length === 0 && !hasEnded)
    if (empty.length === 0) return
    // A product of many levels has many lists.
    const share = Math.max(1, Math.floor(ROWS_AT_ONCE / empty.length))
    const limit = Math.min(this.#limit, share)
    const wanted = empty.map(({ list, block, run }) => ({ kind: this.#kind, list, block, run }))
    const answers = yield* ask(this.#source.postings(wanted, this.#isDown, limit))
    this.#limit = Math.min(4 * this.#limit, MOST_ROWS)
    for (const [index, list] of empty.entries()) {
      const rows = answers[index]!
      list.rows.push(...rows)
      list.hasEnded = rows.length < limit
      const last = rows.at(-1)
      if (last !== undefined) Object.assign(list, { block: last.block, run: last.run })
    }
  }
}

interface List {
  readonly list: number
  readonly rows: StoredRow[]
  /** The place of the last row fetched. */
  block: number
  run: number
  hasEnded: boolean
}

function blockOf(seq: number): number {
  return Math.floor(seq / BLOCK)
}

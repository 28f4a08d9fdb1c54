import { deepEqual, ok } from 'node:assert/strict'
import type { AuditEntry } from 'holdfast'
import { dice, type Dice } from 'holdfast/testing'
import { CommitBody } from '../../src/log/commit-body.ts'
import { postAll, type Post } from '../../src/postings/kinds.ts'
import { endsRun, readRow, type PostingRow } from '../../src/postings/run.ts'
import { TextHash } from '../../src/postings/text-hash.ts'
import type {
  EntryQuery,
  Reader,
  RecordPage,
  ReservationQuery,
  TransferQuery,
} from '../../src/store/store.ts'
import { OWNERS } from './posted-life.ts'

const STATES = ['PENDING', 'EXPIRED', 'RELEASED', 'CONFIRMED', 'SHIPPED', 'CANCELLED'] as const
const PRODUCTS = ['SOCK', 'SHOE', 'constructor', '🧦', 'CAP', 'none']
const WAREHOUSES = ['SF', 'NYC', '__proto__', 'BACK', 'POPUP', 'none']
const GROUPS = ['order-1', 'order-2', 'none']

/** Random questions, each followed page by page to its end, have the answer that plain arrays give. */
export class SamePages {
  readonly #d: Dice
  readonly #expected: Reader
  readonly #now: number
  #ids: Ids | null = null
  /** How many were compared: nobody should believe in answers that are empty. */
  rows = 0

  constructor(expected: Reader, now: number, seed: number) {
    this.#d = dice(seed)
    this.#expected = expected
    this.#now = now
  }

  /** @throws AssertionError */
  async compare(found: Reader, questions: number, when: string): Promise<void> {
    for (let question = 0; question < questions; question++) {
      await this.#reservations(found, when)
      await this.#transfers(found, when)
      await this.#entries(found, when)
      await this.#history(found, when)
    }
  }

  #sometimes<T>(percent: number, values: readonly T[]): T | undefined {
    return this.#d.chance(percent) ? this.#d.pick(values) : undefined
  }

  /** Many rows are not read one by one. */
  #limit(rows: number): number {
    return Math.max(1 + this.#d.below(50), Math.ceil(rows / 40))
  }

  async #reservations(found: Reader, when: string): Promise<void> {
    const d = this.#d
    const { seq } = await this.#expected.head()
    const query: Omit<ReservationQuery, 'limit'> = {
      ...d.pick<Partial<ReservationQuery>>([
        { owner: d.pick(OWNERS) },
        { owner: d.pick(['cart-1', 'cart-2', 'customer-7', 'nobody', `buyer-${d.below(2000)}`]) },
        { group: d.pick(GROUPS) },
        { productId: d.pick(PRODUCTS) },
        { status: 'CONFIRMED' },
        {},
      ]),
      ...(d.chance(20) ? { productId: d.pick(PRODUCTS) } : {}),
      ...(d.chance(20) ? { warehouseId: d.pick(WAREHOUSES) } : {}),
      ...(d.chance(30) ? { status: d.pick(STATES) } : {}),
      beforeSeq: this.#sometimes(30, [d.below(seq + 2)]),
      now: d.pick([this.#now, this.#now - 500, this.#now + 1000]),
    }
    const told = `reservations ${JSON.stringify(query)}, ${when}`
    const ask = (reader: Reader, beforeSeq: number | undefined, limit: number) =>
      reader.reservations({ ...query, beforeSeq, limit })
    await this.#records(found, ask, query.beforeSeq, told)
  }

  async #transfers(found: Reader, when: string): Promise<void> {
    const d = this.#d
    const { seq } = await this.#expected.head()
    const query: Omit<TransferQuery, 'limit'> = {
      status: this.#sometimes(40, ['PENDING_APPROVAL', 'APPROVED', 'REJECTED'] as const),
      group: this.#sometimes(40, GROUPS),
      productId: this.#sometimes(40, PRODUCTS),
      warehouseId: this.#sometimes(30, WAREHOUSES),
      beforeSeq: this.#sometimes(30, [d.below(seq + 2)]),
    }
    const told = `transfers ${JSON.stringify(query)}, ${when}`
    const ask = (reader: Reader, beforeSeq: number | undefined, limit: number) =>
      reader.transfers({ ...query, beforeSeq, limit })
    await this.#records(found, ask, query.beforeSeq, told)
  }

  async #records<T>(
    reader: Reader,
    ask: (of: Reader, beforeSeq: number | undefined, limit: number) => Promise<RecordPage<T>>,
    first: number | undefined,
    told: string,
  ): Promise<void> {
    const expected = await ask(this.#expected, first, 1e6)
    const limit = this.#limit(expected.rows.length)
    const rows: T[] = []
    for (let beforeSeq = first; ;) {
      const page = await ask(reader, beforeSeq, limit)
      ok(page.rows.length <= limit, told)
      deepEqual([page.seq, page.at], [expected.seq, expected.at], told)
      rows.push(...page.rows)
      if (page.before === null) break
      ok(beforeSeq === undefined || page.before < beforeSeq, told)
      beforeSeq = page.before
    }
    deepEqual(rows, expected.rows, told)
    this.rows += rows.length
  }

  async #entries(reader: Reader, when: string): Promise<void> {
    const d = this.#d
    const { seq } = await this.#expected.head()
    const { reservations, transfers } = (this.#ids ??= await idsOf(this.#expected))
    const filter: Partial<EntryQuery> = {
      ...d.pick<Partial<EntryQuery>>([
        { reservationId: d.pick(reservations) },
        { transferId: d.pick(transfers) },
        { group: d.pick(GROUPS) },
        { reference: d.pick(['order:1', 'order:2', 'bill:1', 'none:1']) },
        { productId: d.pick(PRODUCTS) },
        { productId: d.pick(PRODUCTS), warehouseId: d.pick(WAREHOUSES) },
        { reservationId: d.pick(transfers) },
        {},
      ]),
      ...(d.chance(20) ? { type: d.pick(['RESERVED', 'SOLD', 'OWNER_CHANGED', 'RECEIVED']) } : {}),
      ...(d.chance(20) ? { actor: d.pick(['ann', 'bob', 'none']) } : {}),
      ...(d.chance(20) ? { warehouseId: d.pick(WAREHOUSES) } : {}),
    } as Partial<EntryQuery>
    const throughSeq = this.#sometimes(40, [d.below(seq + 2), seq + 5])
    const afterSeq = d.pick([0, d.below(seq + 2)])
    const told = `entries ${JSON.stringify({ ...filter, afterSeq, throughSeq })}, ${when}`
    const all = async (of: Reader, limit: number): Promise<AuditEntry[]> => {
      const rows: AuditEntry[] = []
      for (let after = afterSeq; ;) {
        const page = await of.entries({ ...filter, afterSeq: after, throughSeq, limit })
        ok(page.rows.length <= limit, told)
        rows.push(...page.rows)
        if (page.scannedTo <= after) return rows
        after = page.scannedTo
      }
    }
    const expected = await all(this.#expected, 1e6)
    const rows = await all(reader, this.#limit(expected.length))
    deepEqual(rows, expected, told)
    this.rows += rows.length
  }

  async #history(reader: Reader, when: string): Promise<void> {
    const d = this.#d
    const { seq } = await this.#expected.head()
    const place = { productId: d.pick(PRODUCTS), warehouseId: d.pick(WAREHOUSES) }
    const [through, limit] = [d.below(seq + 2), d.pick([1, 1, 7])]
    const found = await reader.history(place, through, limit)
    const told = `history ${JSON.stringify({ ...place, through, limit })}, ${when}`
    deepEqual(found, await this.#expected.history(place, through, limit), told)
  }
}

interface Ids {
  readonly reservations: readonly string[]
  readonly transfers: readonly string[]
}

async function idsOf(reader: Reader): Promise<Ids> {
  const ids = ({ rows }: { readonly rows: readonly { readonly id: string }[] }): string[] => [
    ...rows.map(({ id }) => id),
    'none',
  ]
  return {
    reservations: ids(await reader.reservations({ limit: 1e6, now: 0 })),
    transfers: ids(await reader.transfers({ limit: 1e6 })),
  }
}

/** A row, and the watermark that its run began at. */
export type StoredPosting = PostingRow & { readonly run: number }

export interface Mark {
  readonly commit: number
  readonly seq: number
  readonly salt: Uint8Array
}

/**
 * Rows as they are stored name what the log says up to the watermark, each posting once and in its run: nothing is
 * left out or left over.
 */
export async function mustBePosted(
  log: Reader,
  stored: readonly StoredPosting[],
  { commit, seq, salt }: Mark,
  runCommits: number,
): Promise<void> {
  const hash = new TextHash(salt)
  const expected: string[] = []
  let from = { commit: 0, seq: 0 }
  let last = from
  while (last.commit < commit) {
    for (const one of await log.log(last.commit)) {
      if (one.commit > commit) break
      const to: Post = (...posting) => expected.push([from.seq, ...posting].join(' '))
      postAll(new CommitBody(one), hash, to)
      last = { commit: one.commit, seq: one.lastSeq }
      if (endsRun(from, last.commit, last.seq, runCommits)) from = last
    }
  }
  deepEqual([last.commit, last.seq], [commit, seq])
  deepEqual(from, last, 'the watermark is the end of a run')
  const found: string[] = []
  for (const row of stored)
    readRow(row, (key, at) => found.push([row.run, row.kind, key, at].join(' ')))
  deepEqual(found.sort(), expected.sort())
}

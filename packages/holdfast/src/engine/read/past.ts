import type { LevelId } from '../../model/level-counts.ts'
import { AdjustmentType } from '../../model/adjustment-type.ts'
import type { AuditEntry } from '../../model/audit-entry.ts'
import type { AsOf } from '../../model/commands/fields/as-of.ts'
import { invalid } from '../../model/limits.ts'
import { mustHaveBeen, type Books } from '../../rules/as-of.ts'
import type { Reader } from '../../store/store.ts'
import { ownFilter } from '../../model/commands/filters.ts'
import type { Explanation, PastStockAnswer, StockAnswer } from '../inventory.ts'
import { pageLimit } from './paging.ts'
import { nothingAt } from './reads.ts'

const PAGE = 200
/** Entries of the level that are looked at for holds that are over, at most: 50 ms of a reader's time. */
const LOOK_BACK = 5000

interface PastHold {
  readonly reservationId: string
  readonly qty: number
  readonly expiresAt: number
}

/** The counts of a level at a past time: what a read would have answered then. */
export async function stockAt(
  reader: Reader,
  given: LevelId & { time: number },
  signal?: AbortSignal,
): Promise<PastStockAnswer> {
  const query = ownFilter('stockAt', given, ['warehouseId', 'productId', 'time'])
  const { time } = query
  const seq = await reader.seqAt(time)
  signal?.throwIfAborted()
  const { rows } = await reader.history(query, seq, 1)
  const back = new LookBack(reader, query, rows, signal)
  // Until it is known of all held units whether they were over.
  const unchecked = await back.find(rows[0]?.held ?? 0, () => true)
  const due = back.unitsOver(time)
  return { ...countsAfter(query, rows[0], due), unchecked, seq }
}

/** The newest entries of a level, and the expired holds that no entry speaks of yet: they add up to the counts. */
export async function explain(
  reader: Reader,
  given: LevelId & { limit?: number | undefined },
  time: () => Promise<number>,
  signal?: AbortSignal,
): Promise<Explanation> {
  const query = ownFilter('explain', given, ['warehouseId', 'productId'])
  const limit = pageLimit(query.limit)
  const now = await time()
  let page = await reader.level(query, now)
  const at = Math.max(page.at, now)
  if (at > now) page = await reader.level(query, at)
  signal?.throwIfAborted()
  const [level] = page.rows
  const { rows, more } = await reader.history(query, level?.lastSeq ?? 0, limit)
  const back = new LookBack(reader, query, rows, signal)
  // Until those are found whose units count as available.
  const unitsLeft = await back.find(level?.due ?? 0, ({ expiresAt }) => at > expiresAt)
  return {
    ...countsAfter(query, rows[0], level?.due ?? 0),
    entries: rows,
    due: back.over(at),
    more,
    moreDue: unitsLeft > 0,
    seq: page.seq,
  }
}

function countsAfter(
  { warehouseId, productId }: LevelId,
  newest: AuditEntry | undefined,
  units: number,
): Omit<StockAnswer, 'seq'> {
  if (newest === undefined) return nothingAt({ warehouseId, productId })
  const held = newest.held - units
  return {
    warehouseId,
    productId,
    available: newest.available + units,
    held,
    allocated: newest.allocated,
    unsellable: newest.unsellable,
    reserved: held + newest.allocated,
    onHand: onHandAfter(newest),
  }
}

function onHandAfter({ available, held, allocated, unsellable }: AuditEntry): number {
  return available + held + allocated + unsellable
}

/** The books of a level at a past moment. @throws InvalidInputError for one that has not been yet */
export async function booksAsOf(
  reader: Reader,
  { warehouseId, productId }: LevelId,
  asOf: AsOf,
  now: number,
): Promise<Books> {
  if ('time' in asOf) mustHaveBeen(asOf.time, now)
  let seq: number
  if ('seq' in asOf) {
    const { seq: newest } = await reader.head()
    if (asOf.seq > newest) throw invalid('asOf.seq', `is later than the newest entry, ${newest}`)
    seq = asOf.seq
  } else seq = await reader.seqAt(asOf.time)
  const { rows } = await reader.history({ warehouseId, productId }, seq, 1)
  const [newest] = rows
  return newest === undefined
    ? { asOfSeq: seq, expected: 0, expectedAside: 0 }
    : { asOfSeq: seq, expected: onHandAfter(newest), expectedAside: newest.unsellable }
}

/** The holds that were pending after a level's entry, looked for back along the entries before it. */
class LookBack {
  readonly #reader: Reader
  readonly #place: LevelId
  readonly #newest: readonly AuditEntry[]
  readonly #signal: AbortSignal | undefined
  readonly #pending: PastHold[] = []

  /** `newest` are the first entries of the way back, read already. */
  constructor(
    reader: Reader,
    place: LevelId,
    newest: readonly AuditEntry[],
    signal: AbortSignal | undefined,
  ) {
    this.#reader = reader
    this.#place = place
    this.#newest = newest
    this.#signal = signal
  }

  /** Looks until this many units of the wanted holds are found; returns how many are not. */
  async find(units: number, isWanted: (hold: PastHold) => boolean): Promise<number> {
    let unitsLeft = units
    if (unitsLeft === 0) return 0
    const ended = new Set<string>()
    const extended = new Map<string, number>()
    const released = new Map<string, number>()
    for await (const { type, reservationId: id, qty, metadata } of this.#entries()) {
      if (id === null || ended.has(id)) continue
      if (type === AdjustmentType.EXTENDED) {
        if (!extended.has(id)) extended.set(id, Number(metadata['expiresAt']))
      } else if (type === AdjustmentType.RESERVED) {
        const expiresAt = extended.get(id) ?? Number(metadata['expiresAt'])
        const hold = { reservationId: id, qty: qty - (released.get(id) ?? 0), expiresAt }
        if (hold.qty === 0) continue
        this.#pending.push(hold)
        if (isWanted(hold)) unitsLeft -= hold.qty
        if (unitsLeft === 0) break
      } else if (type === AdjustmentType.RETURNED && metadata['because'] === 'released')
        released.set(id, (released.get(id) ?? 0) + qty)
      else if (type !== AdjustmentType.OWNER_CHANGED) ended.add(id)
    }
    return unitsLeft
  }

  /** Those found that expired before `time`, the earliest first. */
  over(time: number): PastHold[] {
    return this.#pending
      .filter(({ expiresAt }) => time > expiresAt)
      .sort((a, b) => a.expiresAt - b.expiresAt || (a.reservationId < b.reservationId ? -1 : 1))
  }

  unitsOver(time: number): number {
    return this.over(time).reduce((sum, { qty }) => sum + qty, 0)
  }

  async *#entries(): AsyncGenerator<AuditEntry> {
    let rows = this.#newest
    for (let looked = 0; rows.length > 0 && looked < LOOK_BACK;) {
      yield* rows
      looked += rows.length
      this.#signal?.throwIfAborted()
      const throughSeq = rows.at(-1)!.seq - 1
      rows = (await this.#reader.history(this.#place, throughSeq, PAGE)).rows
    }
  }
}

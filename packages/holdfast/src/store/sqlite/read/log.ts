import type { LevelId } from '../../../model/level-counts.ts'
import { CommitBody, type LoggedCommit } from '../../../log/commit-body.ts'
import type { LogSource } from '../../../log/pages.ts'
import { LOG_PAGE_BYTES } from '../../store.ts'
import { COMMIT, readCommit } from '../../rows/commit.ts'
import { selectList } from '../../rows/select.ts'
import type { Connection } from '../file/connection.ts'
import { readHead } from '../tables/head.ts'

const COLUMNS = selectList({
  ...COMMIT,
  batchId: 'lower(hex(c.batch_id))',
  hash: 'lower(hex(c.hash))',
})
const FIND = `SELECT ${COLUMNS} FROM commits c WHERE c.number = ?`
export const FROM = `SELECT ${COLUMNS} FROM commits c WHERE c.number >= ? ORDER BY c.number`
const SPAN = 'SELECT last_seq, at FROM commits WHERE number = ?'
const PLACE = 'SELECT warehouse_id, product_id FROM level_key WHERE key = ?'
const LEVELS_OF = 'SELECT key FROM level_key WHERE product_id = ?'

/** How many names of levels are cached: 20 MB. */
const PLACES = 100_000

/** Whole commits after one, as many as fit into a page, at least one. */
export function readLog(connection: Connection, afterCommit: number): LoggedCommit[] {
  const page: LoggedCommit[] = []
  let bytes = 0
  for (const row of connection.iterate(FROM, afterCommit + 1)) {
    const commit = readCommit(row)
    page.push(commit)
    bytes += commit.body.length + (commit.texts?.length ?? 0)
    if (bytes >= LOG_PAGE_BYTES) break
  }
  return page
}

/** `seq` of the newest entry at or before a time. */
export function seqAt(connection: Connection, time: number): number {
  const number = countUpTo(connection, 1, time)
  return (connection.get(SPAN, number)?.[0] ?? 0) as number
}

/** The log as one connection reads it. */
export class Log implements LogSource {
  readonly #connection: Connection
  readonly #places = new Map<number, LevelId | undefined>()
  /** The commit that was asked for last: a busy level's entries stand in one beside each other. */
  #last: CommitBody | null = null

  constructor(connection: Connection) {
    this.#connection = connection
  }

  get seq(): number {
    return readHead(this.#connection).seq
  }

  *from(seq: number): Generator<CommitBody> {
    const number = this.#numberOf(seq)
    for (const row of this.#connection.iterate(FROM, number)) yield new CommitBody(readCommit(row))
  }

  with(seq: number): CommitBody | undefined {
    const stored = this.#last?.stored
    if (stored !== undefined && stored.firstSeq <= seq && seq <= stored.lastSeq) return this.#last!
    const row = this.#connection.get(FIND, this.#numberOf(seq))
    if (row === undefined) return undefined
    return (this.#last = new CommitBody(readCommit(row)))
  }

  readonly placeOf = (key: number): LevelId | undefined => {
    const known = this.#places.get(key)
    if (known !== undefined) return known
    const row = this.#connection.get(PLACE, key)
    if (row === undefined) return undefined
    if (this.#places.size >= PLACES) this.#places.clear()
    const place = { warehouseId: row[0] as string, productId: row[1] as string }
    this.#places.set(key, place)
    return place
  }

  levelsOf(productId: string): ReadonlySet<number> {
    return new Set(this.#connection.all(LEVELS_OF, productId).map(([key]) => key as number))
  }

  /** Of the commit that has this entry. */
  #numberOf(seq: number): number {
    return countUpTo(this.#connection, 0, seq - 1) + 1
  }
}

/**
 * How many commits have a `last_seq` (column 0) or a time (column 1) up to a value. Both rise with the number, which
 * has no gap, and mostly evenly: a guess between two known ones, and half of what is left if that was a bad one,
 * find it in a few steps. An index would be one more page for each commit.
 */
function countUpTo(connection: Connection, column: 0 | 1, value: number): number {
  const { commit, seq, at } = readHead(connection)
  let [low, lowValue] = [0, 0]
  let [high, highValue] = [commit + 1, (column === 0 ? seq : at) + 1]
  for (let step = 0; high - low > 1; step++) {
    const share = step % 2 === 0 ? (value - lowValue) / (highValue - lowValue) : 0.5
    const guess = low + Math.floor((high - low) * share)
    const middle = Math.min(high - 1, Math.max(low + 1, guess))
    const span = connection.get(SPAN, middle) as [number, number] | undefined
    if (span !== undefined && span[column] <= value) [low, lowValue] = [middle, span[column]]
    else [high, highValue] = [middle, span?.[column] ?? highValue]
  }
  return low
}

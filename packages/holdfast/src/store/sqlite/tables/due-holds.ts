import { KIND, keyOf } from '../../../postings/kinds.ts'
import { PostedNumbers } from '../../../postings/posted-numbers.ts'
import type { Connection } from '../file/connection.ts'

/** So many at most that follow on a place in the order of (expires_at, seq): all that it looks at is in the index. */
const NEXT = `SELECT json_group_array(seq), json_group_array(level_key), max(expires_at) FROM (
  SELECT seq, level_key, expires_at FROM reservation INDEXED BY reservation_pending
  WHERE status = 0 AND (expires_at, seq) > (?, ?) AND expires_at < ?
  ORDER BY expires_at, seq LIMIT ?)`

/** Those of some levels alone between a place and a time; the others in between are passed over. */
const OF_LEVELS = `SELECT seq, level_key, expires_at, qty - released
  FROM reservation INDEXED BY reservation_pending
  WHERE status = 0 AND (expires_at, seq) > (?, ?) AND expires_at < ?
    AND level_key IN (SELECT value FROM json_each(?))`

/** Of some numbers, those that still wait. */
const AMONG = `SELECT r.seq, r.level_key, r.expires_at, r.qty - r.released
  FROM json_each(?) n CROSS JOIN reservation r ON r.seq = n.value WHERE r.status = 0`

/** To look at a hold by its number takes this many times as long as to pass it over in the index. */
const BY_NUMBER = 8
/** How many are noted for one look-up, at most: some milliseconds. */
const NOTED_AT_ONCE = 10_000
/** So many may be remembered that are not due any more, besides as many as were due. */
const SPARE = 10_000

/** A place in the order of (expires_at, seq). */
interface Place {
  readonly expiresAt: number
  readonly seq: number
}

/** Before every hold. */
const FIRST: Place = { expiresAt: Number.MIN_SAFE_INTEGER, seq: 0 }

export interface DueHold {
  readonly seq: number
  readonly key: number
  readonly expiresAt: number
  readonly units: number
}

/**
 * Which holds of a level are due, without a look at those of other levels. An index by level would cost each commit two
 * thirds of the throughput. So each hold is noted here once, when it is due, by its level; a look-up reads those noted of
 * its level, and leaves out what was written down since. If more came due than are noted for one look-up, it passes
 * over the others, and the next ones note them.
 */
export class DueHolds {
  readonly #connection: Connection
  #noted = new PostedNumbers()
  /** Every hold that is due and before this place is noted. */
  #through = FIRST
  /** How many they were when all were noted; null until they are. */
  #first: number | null = null

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /**
   * The holds of some levels that are due at `now`, in no order. No hold that is made later ends before `settled`, so that
   * those before it are noted once.
   */
  of(levels: readonly number[], now: number, settled: number): DueHold[] {
    this.#note(Math.min(settled, now))
    const keys = new Set(levels.map(keyOf))
    const noted = new Set(this.#noted.find(KIND.reservationOfLevel, keys))
    const isMany = BY_NUMBER * noted.size >= this.#noted.count
    const found = isMany
      ? this.#between(FIRST, this.#through.expiresAt + 1, levels)
      : this.#connection.all(AMONG, JSON.stringify([...noted])).map(holdOf)
    if (found.length < noted.size) this.#drop(levels, found)
    const wanted = new Set(levels)
    const isMeant = ({ key, expiresAt, seq }: DueHold): boolean =>
      expiresAt < now && wanted.has(key) && noted.has(seq)
    return [...found.filter(isMeant), ...this.#between(this.#through, now, levels)]
  }

  /** Holds are being made at this time. */
  heard(at: number): void {
    if (at < this.#through.expiresAt) this.#forget()
  }

  #forget(): void {
    this.#noted = new PostedNumbers()
    this.#through = FIRST
    this.#first = null
  }

  #note(end: number): void {
    if (end <= this.#through.expiresAt) return
    if (this.#first !== null && this.#noted.count > 2 * this.#first + SPARE) this.#forget()
    const { expiresAt, seq } = this.#through
    const [seqs, levels, last] = this.#connection.get(NEXT, expiresAt, seq, end, NOTED_AT_ONCE)!
    const found = JSON.parse(seqs as string) as number[]
    const keys = JSON.parse(levels as string) as number[]
    for (const [index, one] of found.entries())
      this.#noted.post(KIND.reservationOfLevel, keyOf(keys[index]!), one)
    if (found.length === NOTED_AT_ONCE)
      this.#through = { expiresAt: last as number, seq: found.at(-1)! }
    else {
      this.#through = { expiresAt: end, seq: 0 }
      this.#first ??= this.#noted.count
    }
  }

  #between({ expiresAt, seq }: Place, end: number, levels: readonly number[]): DueHold[] {
    if (end <= expiresAt) return []
    const values = [expiresAt, seq, end, JSON.stringify(levels)]
    return this.#connection.all(OF_LEVELS, ...values).map(holdOf)
  }

  /** What was noted and does not wait any more. */
  #drop(levels: readonly number[], found: readonly DueHold[]): void {
    const left = new Set(found.map(({ seq }) => seq))
    const isGone = (seq: number): boolean => !left.has(seq)
    for (const level of levels) this.#noted.drop(KIND.reservationOfLevel, keyOf(level), isGone)
  }
}

function holdOf(row: readonly unknown[]): DueHold {
  const [seq, key, expiresAt, units] = row as [number, number, number, number]
  return { seq, key, expiresAt, units }
}

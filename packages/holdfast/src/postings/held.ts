import type { Reservation } from '../model/reservation.ts'
import { seqOf } from '../model/record-id.ts'
import { ask, Lists, type Asking, type ListSource, type Soon } from './lists.ts'
import type { LiveNumbers } from './live-numbers.ts'
import { CANDIDATES, findRecords, type RecordSource, type Way } from './records.ts'

/** Where holds of an owner or a group come from. All of it is one state. */
export interface HeldSource extends RecordSource<Reservation> {
  /** Those with these numbers whose stored status is PENDING: all of them. */
  records(seqs: readonly number[]): Soon<readonly Reservation[]>
  /** What was last read of the holds that wait; null if nothing was. */
  readonly live: LiveNumbers | null
  /** Reads all holds that wait, and keeps them for the next look-up. */
  readLive(): Soon<LiveNumbers>
}

export interface HeldWanted {
  readonly way: Way
  readonly limit: number
  readonly matches: (hold: Reservation) => boolean
}

/**
 * All holds that match, or `limit` of them, newest first. Most owners have few reservations: each is looked at. Of one who
 * has many, those are left out that are known to wait no longer. To know that, all holds of the shop are read once in a
 * long while.
 */
export function* findHeld(source: HeldSource, wanted: HeldWanted): Asking<readonly Reservation[]> {
  const { seq, posted, live } = source
  if (posted !== null && live !== null && !live.isTooOld(seq))
    return yield* findWaiting(source, posted, live, wanted)
  const { rows, before } = yield* findRecords(source, wanted)
  if (before === null || rows.length === wanted.limit) return rows
  return yield* findWaiting(source, posted, yield* ask(source.readLive()), wanted)
}

/** Where too much of the log is not posted, all holds are looked at. */
function* findWaiting(
  source: HeldSource,
  posted: ListSource | null,
  live: LiveNumbers,
  { way, limit, matches }: HeldWanted,
): Asking<readonly Reservation[]> {
  const found: Reservation[] = []
  const lists = posted && new Lists(posted, { ...way, from: source.seq, isDown: true })
  const all = live.blocks()
  const isWanted = (first: number, last: number): boolean => live.hasBetween(first, last)
  for (;;) {
    const block = lists === null ? all.next().value : yield* lists.next(isWanted)
    if (block === null || block === undefined) return found
    const seqs = block.filter((seq) => live.has(seq))
    for (let at = 0; at < seqs.length; at += CANDIDATES) {
      const some = seqs.slice(at, at + CANDIDATES)
      const holds = yield* ask(source.records(some))
      const waiting = new Set(holds.map(({ id }) => seqOf(id)))
      for (const seq of some) if (!waiting.has(seq)) live.isOver(seq)
      for (const hold of holds) {
        if (matches(hold)) found.push(hold)
        if (found.length === limit) return found
      }
    }
    if (block.at(-1)! < live.first) return found
  }
}

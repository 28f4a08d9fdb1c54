import type { AuditEntry } from '../../model/audit-entry.ts'
import type { Reader } from '../../store/store.ts'
import { positionAhead } from '../position-ahead.ts'
import { ownFilter } from '../../model/commands/filters.ts'
import type { AuditFilter, FeedFilter } from '../inventory.ts'
import type { Notifier } from '../notifier.ts'

const PAGE = 1000
/** How often the trail is looked at if nobody tells that it has grown. */
const POLL_MS = 250

/** The trail in order, up to its end at the time of the call. @throws InvalidInputError, PositionAheadError */
export async function* audit(reader: Reader, filter: AuditFilter = {}): AsyncGenerator<AuditEntry> {
  const { after = 0, from, to, limit = Infinity, ...where } = ownFilter('audit', filter)
  const { seq } = await reader.head()
  if (after > seq) throw await positionAhead(reader, { after, seq })
  // Times never run backwards along the trail, so a range of them is a range of seqs.
  const before = async (time: number): Promise<number> => (time === 0 ? 0 : reader.seqAt(time - 1))
  const throughSeq = to === undefined ? seq : Math.min(seq, await before(to))
  let left = limit
  const first = from === undefined ? after : Math.max(after, await before(from))
  for (let afterSeq = first; left > 0 && afterSeq < throughSeq;) {
    const page = await reader.entries({
      ...where,
      afterSeq,
      throughSeq,
      limit: Math.min(PAGE, left),
    })
    const { scannedTo } = page
    // The end was cut off meanwhile: a database that went back to an older copy.
    if (scannedTo <= afterSeq)
      throw await positionAhead(reader, { after: afterSeq, seq: scannedTo })
    yield* page.rows
    left -= page.rows.length
    afterSeq = scannedTo
  }
}

/**
 * The trail in order, and on and on as it grows: every entry once, until the signal aborts.
 * @throws InvalidInputError, PositionAheadError
 */
export async function* feed(
  reader: Reader,
  notifier: Notifier,
  filter: FeedFilter = {},
): AsyncGenerator<AuditEntry> {
  const { after = 0, limit = Infinity, signal, ...where } = ownFilter('feed', filter)
  let left = limit
  for (let afterSeq = after; left > 0 && !isAborted(signal);) {
    const { times } = notifier
    const page = await reader.entries({ ...where, afterSeq, limit: Math.min(PAGE, left) })
    const { scannedTo: seq } = page
    if (seq < afterSeq) throw await positionAhead(reader, { after: afterSeq, seq })
    for (const entry of page.rows) {
      yield entry
      if (isAborted(signal)) return
    }
    left -= page.rows.length
    if (seq === afterSeq) await notifier.wait(times, POLL_MS, signal)
    afterSeq = seq
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

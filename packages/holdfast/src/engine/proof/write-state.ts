import { stampEntry } from '../../model/newest-entry.ts'
import { recordId } from '../../model/record-id.ts'
import type { Reservation } from '../../model/reservation.ts'
import type { LoggedCommit } from '../../log/commit-body.ts'
import type { ReservationState } from '../../rules/apply.ts'
import type { LevelRow, Reader, Rebuilding, StateRows, WarehouseRow } from '../../store/store.ts'
import { LogFold, type FoldedTransfer } from './log-fold.ts'
import type { FoldedReservations, Made } from './reservation-fold.ts'

export interface RebuildOptions {
  readonly onProgress?: ((done: { readonly seq: number; readonly of: number }) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Rebuilt {
  /** The newest entry of the log that was used. */
  readonly seq: number
  readonly levels: number
  readonly reservations: number
  readonly transfers: number
  readonly warehouses: number
}

/** The range of `seq` covered by one pass over the log: about 300 MB if each is a reservation. */
const PASS = 1_000_000
const ROWS = 5000

/**
 * Proves a log, and writes the state that follows from it. `onCommit` is called once for each commit, before any row of
 * the state is written. @throws Found, StoreFailure
 */
export async function writeState(
  reader: Reader,
  rebuilding: Rebuilding,
  { onProgress, signal }: RebuildOptions,
  onCommit?: (commit: LoggedCommit) => Promise<void>,
): Promise<Rebuilt> {
  let [reservations, transfers] = [0, 0]
  const { seq: of } = await reader.head()
  for (let after = 0; ; after += PASS) {
    const records = new ReservationRecords(after)
    const fold = new LogFold(records)
    for (;;) {
      signal?.throwIfAborted()
      const page = await reader.log(fold.last.commit, true)
      if (page.length === 0) break
      for (const commit of page) {
        fold.commit(commit)
        if (after === 0) await onCommit?.(commit)
      }
      // It may be async, whatever its type says.
      const told: unknown = onProgress?.({ seq: fold.last.lastSeq, of })
      await told
    }
    if (after === 0) await writeFew(rebuilding, fold)
    transfers += await writeTransfers(rebuilding, fold)
    reservations += await writeReservations(rebuilding, fold, records)
    const { lastSeq } = fold.last
    if (after + PASS < lastSeq) continue
    const { levels, warehouses } = fold
    const counts = { levels: levels.size, warehouses: warehouses.size }
    return { seq: lastSeq, ...counts, reservations, transfers }
  }
}

export const NO_ROWS: StateRows = {
  levels: [],
  reservations: [],
  reservationLevelKeys: [],
  reservationsBehind: [],
  hasRare: true,
  transfers: [],
  warehouses: [],
}

async function writeFew(rebuilding: Rebuilding, fold: LogFold): Promise<void> {
  const onHand = new Map<string, number>()
  const levels = fold.places.map(({ warehouseId, productId }, index): LevelRow => {
    const key = index + 1
    const { seq: lastSeq, available, held, allocated, unsellable } = fold.levels.get(key)
    const counts = { available, held, allocated, unsellable }
    const units = available + held + allocated + unsellable
    onHand.set(warehouseId, (onHand.get(warehouseId) ?? 0) + units)
    const lastReservation = fold.lastReservations[key] ?? 0
    const lastCount = fold.lastCounts[key] ?? 0
    return { key, warehouseId, productId, ...counts, lastSeq, lastReservation, lastCount }
  })
  const warehouses = Array.from(fold.warehouses.values(), (record): WarehouseRow => ({
    record,
    onHand: onHand.get(record.id) ?? 0,
  }))
  await rebuilding.add({ ...NO_ROWS, warehouses })
  for (let at = 0; at < levels.length; at += ROWS)
    await rebuilding.add({ ...NO_ROWS, levels: levels.slice(at, at + ROWS) })
}

async function writeTransfers(rebuilding: Rebuilding, fold: LogFold): Promise<number> {
  const transfers = Array.from(fold.transfers, ([seq, folded]) => transferOf(seq, folded))
  for (let at = 0; at < transfers.length; at += ROWS)
    await rebuilding.add({ ...NO_ROWS, transfers: transfers.slice(at, at + ROWS) })
  return transfers.length
}

function transferOf(seq: number, folded: FoldedTransfer): StateRows['transfers'][number] {
  const { random, lastSeq, onTheWay: _, ...transfer } = folded
  return stampEntry({ id: recordId(seq, random), ...transfer }, lastSeq)
}

async function writeReservations(
  rebuilding: Rebuilding,
  fold: LogFold,
  { records }: ReservationRecords,
): Promise<number> {
  let rows: { record: Reservation; level: number; behind: number }[] = []
  const write = async (): Promise<void> => {
    if (rows.length === 0) return
    await rebuilding.add({
      ...NO_ROWS,
      reservations: rows.map(({ record }) => record),
      reservationLevelKeys: rows.map(({ level }) => level),
      reservationsBehind: rows.map(({ behind }) => behind),
    })
    rows = []
  }
  for (const [seq, { made, state, lastSeq, owner, replacedBy }] of records) {
    const { level, random, at: createdAt, behind, group, replaces } = made
    const { warehouseId, productId } = fold.places[level - 1]!
    const { rest: _, ...counts } = state
    const id = recordId(seq, random)
    const record: Reservation = {
      ...{ id, warehouseId, productId, owner, createdAt, ...counts },
      ...{ replaces, replacedBy, group },
    }
    rows.push({ record: stampEntry(record, lastSeq), level, behind })
    if (rows.length === ROWS) await write()
  }
  await write()
  return records.size
}

interface FoldedRecord {
  readonly made: Made
  state: ReservationState
  lastSeq: number
  owner: string | null
  replacedBy: string | null
}

/** The complete reservations of a range of `seq`. */
class ReservationRecords implements FoldedReservations {
  readonly records = new Map<number, FoldedRecord>()
  readonly #afterSeq: number

  constructor(afterSeq: number) {
    this.#afterSeq = afterSeq
  }

  covers(seq: number): boolean {
    return seq > this.#afterSeq && seq <= this.#afterSeq + PASS
  }

  state(seq: number): ReservationState | null {
    return this.records.get(seq)?.state ?? null
  }

  lastSeq(seq: number): number {
    return this.records.get(seq)?.lastSeq ?? 0
  }

  isSame(seq: number, level: number, random: number): boolean {
    const made = this.records.get(seq)?.made
    return made?.level === level && made.random === random
  }

  make(seq: number, state: ReservationState, made: Made): void {
    this.records.set(seq, { made, state, lastSeq: seq, owner: made.owner, replacedBy: null })
  }

  set(seq: number, state: ReservationState, lastSeq: number): void {
    const record = this.records.get(seq)!
    record.state = state
    record.lastSeq = lastSeq
  }

  setOwner(seq: number, owner: string | null): void {
    this.records.get(seq)!.owner = owner
  }

  setReplacedBy(seq: number, random: number, id: string): boolean {
    const record = this.records.get(seq)!
    if (record.replacedBy !== null || record.made.random !== random) return false
    record.replacedBy = id
    return true
  }
}

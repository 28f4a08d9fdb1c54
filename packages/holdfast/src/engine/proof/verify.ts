import { setImmediate as turn } from 'node:timers/promises'
import { counted } from '../../model/counted.ts'
import { shownId } from '../../model/id.ts'
import { checkFunction, checkOptions, checkSignal } from '../../model/limits.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { recordId } from '../../model/record-id.ts'
import { ownRemembered } from '../../model/remembered.ts'
import { sameWarehouse } from '../../model/warehouse-record.ts'
import { NO_HASH, sha256 } from '../../log/hash.ts'
import { RUN_COMMITS } from '../../postings/run.ts'
import type { Head, LevelRow, Reader, Stamped } from '../../store/store.ts'
import type { Transfer } from '../../model/transfer.ts'
import type { Verdict, VerifyOptions } from '../inventory.ts'
import { proveKeys } from './key-proof.ts'
import type { FoldedLevel } from './level-fold.ts'
import { Found, LogFold, type FoldedTransfer } from './log-fold.ts'
import { PostingProof } from './posting-proof.ts'
import { FIRST, ReservationProof } from './reservation-proof.ts'

/** For reservations and transfers in memory, about 500,000 of them: 290 MiB in total at ten million entries. */
const PASS_BYTES = 40_000_000

/** So many are folded before others can run: some 5 ms, if they are large. */
const COMMITS_AT_ONCE = 16
const LEVELS = 5000
const TRANSFERS = 1000

const OPTIONS: ReadonlySet<string> = new Set<keyof VerifyOptions>([
  'expect',
  'onProgress',
  'signal',
])

/**
 * Proves the log (see LogFold), and from it every row and column of the state. Reads in pieces while a writer runs.
 * Memory grows with the number of levels (about 150 bytes each), not with the log: reservations and transfers are
 * covered `passBytes` at a time, and the log is read again for each further part. Shorter passes and runs are for tests.
 */
export async function verify(
  reader: Reader,
  options: VerifyOptions = {},
  passBytes = PASS_BYTES,
  runCommits = RUN_COMMITS,
): Promise<Verdict> {
  checkOptions(options, OPTIONS)
  const { expect, onProgress, signal } = options
  checkSignal(signal)
  if (onProgress !== undefined) checkFunction(onProgress, 'onProgress')
  const remembered = expect === undefined ? undefined : ownRemembered(expect, 'expect')
  const proof = new Proof({ expect: remembered, onProgress, signal }, passBytes, runCommits)
  // On its own connection, in parallel with the rest.
  const integrity = reader.integrity()
  integrity.catch(ignore)
  try {
    // The log is read in short reads, so that a writer can truncate its WAL; the rows come from one snapshot. If they
    // cannot be read in parallel, they follow the log.
    const { commit } = await reader.head()
    await proof.begin(reader)
    if (!reader.besideSnapshot) await proof.log(reader, commit)
    const opening = reader.snapshot()
    try {
      const log = reader.besideSnapshot ? reader : await opening
      const reading = proof.rows(opening)
      await proof.log(log, commit)
      const head = await reading
      await proof.log(log, head.commit)
      // Before the rows: if the end was cut off they differ too, but this gives the reason.
      proof.end()
      await proof.state(await opening, head, log)
      const [broken] = await integrity
      if (broken !== undefined) throw new Found({ what: 'storage', message: broken })
    } finally {
      await proof.stop()
      await opening.then((snapshot) => snapshot.close(), ignore)
    }
    return { ok: true, ...proof.summary() }
  } catch (error) {
    if (error instanceof Found) return { ok: false, fault: error.fault, ...proof.summary() }
    if (error instanceof OperationalError && error.code === 'STORE_DAMAGED') {
      return { ok: false, fault: { what: 'storage', message: error.message }, ...proof.summary() }
    }
    // A damaged file may have bytes where there should be text.
    const [broken] = error instanceof TypeError ? await integrity : []
    if (broken === undefined) throw error
    return { ok: false, fault: { what: 'storage', message: broken }, ...proof.summary() }
  }
}

/** Whoever awaits it gets the error. */
function ignore(): void {}

class Proof {
  readonly #options: VerifyOptions
  readonly #passBytes: number
  readonly #reservations: ReservationProof
  readonly #postings: PostingProof
  readonly #fold: LogFold
  /** Where the next pass starts: the records that did not fit into this one. */
  #next: LogFold | null = null
  /** The newest transfer compared. */
  #lastTransfer = FIRST
  #remembered: boolean
  #snapshot: Reader | null = null
  #reading: Promise<Head> | null = null
  #isStopped = false
  /** Pages of the log that were read. */
  #pages = 0

  constructor(options: VerifyOptions, passBytes: number, runCommits: number) {
    this.#options = options
    this.#passBytes = passBytes
    this.#reservations = new ReservationProof(options.signal)
    this.#postings = new PostingProof(options.signal, runCommits)
    this.#fold = new LogFold(this.#reservations.fold)
    const { expect } = options
    this.#remembered = expect === undefined || (expect.seq === 0 && expect.hash === NO_HASH)
  }

  summary(): { seq: number; entries: number; commits: number; levels: number; hash: string } {
    const { lastSeq, commit, hash } = this.#fold.last
    const levels = this.#fold.levels.size
    return { seq: lastSeq, entries: lastSeq, commits: commit, levels, hash }
  }

  /** Before all else. */
  async begin(reader: Reader): Promise<void> {
    this.#fold.postings = await this.#postings.begin(reader)
  }

  async log(reader: Reader, through: number): Promise<void> {
    const { onProgress, expect } = this.#options
    const { seq: of } = await reader.head()
    await this.#follow(reader, this.#fold, through, () => {
      const { lastSeq, hash } = this.#fold.last
      if (expect !== undefined && lastSeq === expect.seq && hash === expect.hash)
        this.#remembered = true
      return onProgress?.({ seq: lastSeq, of: Math.max(of, lastSeq) })
    })
  }

  /** Folds commits up to `through`, and reads the next page ahead. */
  async #follow(
    reader: Reader,
    fold: LogFold,
    through: number,
    onCommit: () => unknown,
  ): Promise<void> {
    const isFirstPass = fold === this.#fold
    let next = reader.log(fold.last.commit === 0 ? FIRST : fold.last.commit, isFirstPass)
    for (;;) {
      const page = await next
      const last = page.at(-1)
      if (last === undefined) return
      const isEnd = last.commit >= through
      if (!isEnd) {
        next = reader.log(last.commit, isFirstPass)
        next.catch(ignore)
      }
      // A database ends a transaction that is idle for ten minutes.
      if (++this.#pages % 1000 === 0) await this.#snapshot?.head()
      for (const [index, commit] of page.entries()) {
        if (commit.commit > through) return
        if (index % COMMITS_AT_ONCE === 0) {
          this.#options.signal?.throwIfAborted()
          // Sends the request for the next page before folding this one, and lets others run.
          await turn()
        }
        fold.commit(commit)
        this.#endPass(fold)
        // It may be async, whatever its type says.
        await onCommit()
      }
      if (isEnd) return
    }
  }

  #endPass(fold: LogFold): void {
    const { fold: reservations } = this.#reservations
    if (reservations.throughSeq < Infinity) return
    const { lastSeq } = fold.last
    if (reservations.bytes(lastSeq, fold.transfers.size) < this.#passBytes) return
    reservations.end(lastSeq)
    this.#next = new LogFold(reservations, fold)
  }

  /** Starts reading the stored reservations and postings. Resolves with the head of the snapshot. */
  rows(opening: Promise<Reader>): Promise<Head> {
    const reading = opening.then(async (snapshot) => {
      const head = await snapshot.head()
      this.#snapshot = snapshot
      if (this.#isStopped) return head
      this.#reservations.read(snapshot, head.seq)
      this.#postings.read(snapshot)
      return head
    })
    reading.catch(ignore)
    this.#reading = reading
    return reading
  }

  /** Resolves when no row is being read any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#reading?.catch(ignore)
    await this.#reservations.stop()
    await this.#postings.stop()
  }

  /** Compares the state of a snapshot with that head. `log` reads the log again, for later passes. */
  async state(reader: Reader, head: Head, log: Reader): Promise<void> {
    const { last } = this.#fold
    if (head.seq !== last.lastSeq || head.hash !== last.hash || head.levelKeys !== last.levelKeys)
      throw new Found({
        what: 'gap',
        message: 'the newest commit is not the one that was read last',
      })
    await this.#levels(reader)
    await this.#transfers(reader, this.#fold)
    await this.#documents(reader)
    await this.#positions(reader)
    await proveKeys(reader, this.#fold, this.#options.signal)
    await this.#reservations.compare(reader)
    for (let fold = this.#next; fold !== null; fold = this.#next) {
      this.#next = null
      this.#reservations.fold.goOn()
      await this.#follow(log, fold, last.commit, () => undefined)
      if (fold.last.hash !== last.hash)
        throw new Found({ what: 'hash', message: 'the log differs from what was read before' })
      await this.#transfers(reader, fold)
      await this.#reservations.compare(reader)
    }
    await this.#postings.compare(reader, log, last.commit)
  }

  async #levels(reader: Reader): Promise<void> {
    const { levels, places, warehouses } = this.#fold
    let seen = 0
    const onHand = new Map<string, number>()
    // From the least number: a key below 1 would be foreign.
    for (let after = FIRST; ;) {
      const rows = await reader.levelRows(after, LEVELS)
      if (rows.length === 0) break
      after = rows.at(-1)!.key
      for (const row of rows) {
        this.#level(row, ++seen)
        const units = row.available + row.held + row.allocated + row.unsellable
        onHand.set(row.warehouseId, (onHand.get(row.warehouseId) ?? 0) + units)
      }
    }
    if (seen !== levels.size || seen !== places.length) {
      const message = `${counted(seen, 'level is', 'levels are')} stored, but the log has ${places.length}`
      throw new Found({ what: 'level', message })
    }
    const { rows } = await reader.warehouses()
    if (rows.length !== warehouses.size) {
      const message = `${counted(rows.length, 'warehouse is', 'warehouses are')} stored, but the log has ${warehouses.size}`
      throw new Found({ what: 'warehouse', message })
    }
    const inOrder = [...warehouses.keys()]
    for (const [index, { record, onHand: stored }] of rows.entries()) {
      const name = shownId(record.id)
      const told = warehouses.get(record.id)
      if (told === undefined)
        throw new Found({ what: 'warehouse', message: `warehouse ${name} is not in the log` })
      if (inOrder[index] !== record.id)
        throw new Found({ what: 'warehouse', message: `${name} has another position in the list` })
      if (!sameWarehouse(told, record))
        throw new Found({ what: 'warehouse', message: `${name} differs from the log` })
      const units = onHand.get(record.id) ?? 0
      if (units === stored) continue
      const message = `${name} is said to hold ${counted(stored, 'unit')}; its levels add up to ${units}`
      throw new Found({ what: 'warehouse', message })
    }
  }

  #level(row: LevelRow, key: number): void {
    const place = this.#fold.places[key - 1]
    const fail = (message: string): never => {
      const name = `${shownId(row.productId)} in ${shownId(row.warehouseId)}`
      throw new Found({ what: 'level', message: `${name} ${message}`, seq: row.lastSeq })
    }
    if (row.key !== key) throw new Found({ what: 'level', message: `level ${key} is missing` })
    if (place?.productId !== row.productId || place.warehouseId !== row.warehouseId)
      fail(`is level ${key}, which has another name in the log`)
    const told = this.#fold.levels.get(key)
    const isTold =
      told.seq === row.lastSeq &&
      told.available === row.available &&
      told.held === row.held &&
      told.allocated === row.allocated &&
      told.unsellable === row.unsellable
    if (!isTold) fail(`has ${countsText(row)}, the log says ${countsText(told)}`)
    if ((this.#fold.lastReservations[key] ?? 0) !== row.lastReservation)
      fail(`names ${row.lastReservation} as its newest reservation`)
    if ((this.#fold.lastCounts[key] ?? 0) !== row.lastCount)
      fail(`names ${row.lastCount} as the newest entry of a count`)
  }

  /** Compares those of a pass; in the last one, all further stored ones too. */
  async #transfers(reader: Reader, { transfers }: LogFold): Promise<void> {
    const told = [...transfers]
    const end = this.#next === null ? Infinity : told.length
    let seen = 0
    while (seen < end) {
      const rows = await reader.transferRows(this.#lastTransfer, TRANSFERS)
      if (rows.length === 0) break
      for (const row of rows.slice(0, end - seen)) {
        const [seq = NaN, folded] = told[seen++] ?? []
        this.#transfer(row, seq, folded)
        this.#lastTransfer = seq
      }
    }
    if (seen < told.length)
      throw new Found({
        what: 'transfer',
        message: `${counted(told.length - seen, 'transfer of the log is', 'transfers of the log are')} missing`,
      })
    transfers.clear()
  }

  #transfer(
    { record, lastSeq }: Stamped<Transfer>,
    seq: number,
    folded: FoldedTransfer | undefined,
  ): void {
    const { id } = record
    const fail = (message: string): never => {
      throw new Found({
        what: 'transfer',
        message: `transfer ${shownId(id)} ${message}`,
        seq: lastSeq,
      })
    }
    if (folded === undefined || id !== recordId(seq, folded.random))
      throw new Found({ what: 'transfer', message: `transfer ${shownId(id)} is not in the log` })
    for (const field of TRANSFER_FIELDS)
      if (record[field] !== folded[field])
        fail(`has ${field} ${String(record[field])}, the log says ${String(folded[field])}`)
    if (lastSeq !== folded.lastSeq) fail(`names ${lastSeq} as its newest entry`)
    if (folded.onTheWay > 0) fail('left its warehouse and never came in')
  }

  async #documents(reader: Reader): Promise<void> {
    const { documents } = this.#fold
    const rows = await reader.documents('')
    const fail = (message: string): never => {
      throw new Found({ what: 'document', message })
    }
    for (const { name, value } of rows) {
      const told = documents.get(name)
      if (told === undefined) fail(`document ${name} is not in the log`)
      if (told !== sha256(value)) fail(`document ${name} differs from the log`)
    }
    if (rows.length !== documents.size)
      fail(
        `${counted(rows.length, 'document is', 'documents are')} stored, but the log has ${documents.size}`,
      )
  }

  /** They are not in the log. All that can be checked is that no consumer has read entries that do not exist. */
  async #positions(reader: Reader): Promise<void> {
    for (const { name, seq } of await reader.positions()) {
      if (seq <= this.#fold.last.lastSeq) continue
      const message = `the consumer ${name} is said to have read entry ${seq}, which does not exist`
      throw new Found({ what: 'position', message })
    }
  }

  end(): void {
    const { expect } = this.#options
    if (this.#remembered || expect === undefined) return
    const { lastSeq } = this.#fold.last
    const message =
      lastSeq < expect.seq
        ? `the trail ends at ${lastSeq}, but ${expect.seq} was remembered: its end is missing`
        : `no commit ends at ${expect.seq} with the remembered hash: the trail was rewritten`
    throw new Found({ what: 'end-missing', message, seq: lastSeq })
  }
}

const TRANSFER_FIELDS = [
  'fromWarehouseId',
  'toWarehouseId',
  'productId',
  'qty',
  'status',
  'requestedBy',
  'decidedBy',
  'reason',
  'createdAt',
  'decidedAt',
  'group',
] as const

function countsText(counts: LevelRow | FoldedLevel): string {
  return `${counts.available}/${counts.held}/${counts.allocated}/${counts.unsellable}`
}

import { setImmediate as turn } from 'node:timers/promises'
import { shownId } from '../../model/id.ts'
import { OperationalError } from '../../model/operational-error.ts'
import { recordId } from '../../model/record-id.ts'
import { sameWarehouse } from '../../model/warehouse-record.ts'
import { CommitBody } from '../../log/commit-body.ts'
import { keyDigest, NO_HASH, sha256 } from '../../log/hash.ts'
import { RESERVATION_STATUSES } from '../../store/codes.ts'
import {
  RESERVATION_ROW,
  RESERVATION_ROWS,
  type KeyRow,
  type LevelRow,
  type Reader,
  type ReservationRows,
  type Stamped,
} from '../../store/store.ts'
import type { Transfer } from '../../model/transfer.ts'
import type { Verdict, VerifyOptions } from '../inventory.ts'
import { Found, LogFold } from './log-fold.ts'
import type { FoldedLevel } from './level-fold.ts'
import { PASS, ReservationFold } from './reservation-fold.ts'

const LEVELS = 5000
const TRANSFERS = 1000
/** Before every number that can be stored. */
const FIRST = Number.MIN_SAFE_INTEGER

/**
 * Proves the log (see LogFold), and every row and column of the state from it. Reads in pieces beside a running
 * writer. Memory grows with the number of levels (some 150 bytes each), not with the log.
 */
export async function verify(reader: Reader, options: VerifyOptions = {}): Promise<Verdict> {
  const { expect, onProgress, signal } = options
  const remembered = expect && { seq: expect.seq, hash: expect.hash }
  const proof = new Proof({ expect: remembered, onProgress, signal })
  // On a connection of its own, beside all that follows.
  const integrity = reader.integrity()
  integrity.catch(() => undefined)
  try {
    // The long part in short reads, so that a writer's log can be cut back meanwhile; the rest, and
    // the rows, from one snapshot.
    await proof.log(reader, (await reader.head()).seq)
    const snapshot = await reader.snapshot()
    try {
      await proof.log(snapshot, Infinity)
      // Before the rows, which disagree too when an end was cut off: this says why.
      proof.end()
      await proof.state(snapshot)
      const [broken] = await integrity
      if (broken !== undefined) throw new Found({ what: 'storage', message: broken })
    } finally {
      await snapshot.close()
    }
    return { ok: true, ...proof.summary() }
  } catch (error) {
    if (error instanceof Found) return { ok: false, fault: error.fault, ...proof.summary() }
    if (error instanceof OperationalError && error.code === 'STORE_DAMAGED') {
      return { ok: false, fault: { what: 'storage', message: error.message }, ...proof.summary() }
    }
    // A damaged file may have bytes where a text should be.
    const [broken] = error instanceof TypeError ? await integrity : []
    if (broken === undefined) throw error
    return { ok: false, fault: { what: 'storage', message: broken }, ...proof.summary() }
  }
}

/** Stored answers in the order of commits, read as they are asked for. */
class KeysInOrder {
  readonly #reader: Reader
  #rows: readonly KeyRow[] = []
  #last: KeyRow | null = null
  #isEnd = false

  constructor(reader: Reader) {
    this.#reader = reader
  }

  /** Those of one commit, if they come next. */
  async of(commit: number): Promise<KeyRow[]> {
    const found: KeyRow[] = []
    while ((await this.left())[0]?.commit === commit) {
      const other = this.#rows.findIndex((row) => row.commit !== commit)
      const count = other < 0 ? this.#rows.length : other
      found.push(...this.#rows.slice(0, count))
      this.#rows = this.#rows.slice(count)
    }
    return found
  }

  /** Some of those that were not asked for yet, which count as asked for then. */
  async next(): Promise<readonly KeyRow[]> {
    const rows = await this.left()
    this.#rows = []
    return rows
  }

  /** Some of those that were not asked for yet; none where there are none. */
  async left(): Promise<readonly KeyRow[]> {
    if (this.#rows.length === 0 && !this.#isEnd) {
      this.#rows = await this.#reader.keyRows(this.#last)
      // In this order they are asked for: were it another one, there might be no end of them.
      for (const row of this.#rows) {
        const { commit = 0, place = -Infinity } = this.#last ?? {}
        const isNext = row.commit > commit || (row.commit === commit && row.place > place)
        if (!isNext) throw new Found({ what: 'key', message: 'keys are stored out of order' })
        this.#last = row
      }
      this.#isEnd = this.#rows.length === 0
    }
    return this.#rows
  }
}

class Proof {
  readonly #options: VerifyOptions
  readonly #reservationFold = new ReservationFold()
  readonly #fold = new LogFold(this.#reservationFold)
  /** From where on the log is gone through once more, for reservations that are too many for this pass. */
  #next: LogFold | null = null
  #remembered: boolean

  constructor(options: VerifyOptions) {
    this.#options = options
    const { expect } = options
    this.#remembered = expect === undefined || (expect.seq === 0 && expect.hash === NO_HASH)
  }

  summary(): { seq: number; entries: number; commits: number; levels: number; hash: string } {
    const { lastSeq, commit, hash } = this.#fold.last
    const levels = this.#fold.levels.size
    return { seq: lastSeq, entries: lastSeq, commits: commit, levels, hash }
  }

  async log(reader: Reader, through: number): Promise<void> {
    const { onProgress, expect } = this.#options
    const { seq: of } = await reader.head()
    await this.#follow(reader, this.#fold, through, () => {
      const { lastSeq, hash } = this.#fold.last
      if (expect !== undefined && lastSeq === expect.seq && hash === expect.hash)
        this.#remembered = true
      onProgress?.({ seq: lastSeq, of: Math.max(of, lastSeq) })
    })
  }

  /** Folds commits until one that ends at `through` or behind it; the next page is read meanwhile. */
  async #follow(
    reader: Reader,
    fold: LogFold,
    through: number,
    onCommit: () => void,
  ): Promise<void> {
    if (fold.last.lastSeq >= through) return
    let next = reader.log(fold.last.commit === 0 ? FIRST : fold.last.commit)
    for (;;) {
      this.#options.signal?.throwIfAborted()
      const page = await next
      const last = page.at(-1)
      if (last === undefined) return
      const isEnd = last.lastSeq >= through
      if (!isEnd) {
        next = reader.log(last.commit)
        // Told where it is waited for.
        next.catch(() => undefined)
      }
      // So that the question for the next page goes out before this one is gone through; and for everybody else.
      await turn()
      for (const commit of page) {
        fold.commit(commit)
        this.#endPass(fold)
        onCommit()
      }
      if (isEnd) return
    }
  }

  #endPass(fold: LogFold): void {
    const reservations = this.#reservationFold
    if (reservations.count < PASS || reservations.throughSeq < Infinity) return
    reservations.end(fold.last.lastSeq)
    this.#next = new LogFold(reservations, fold)
  }

  async state(reader: Reader): Promise<void> {
    const { last } = this.#fold
    const head = await reader.head()
    if (head.seq !== last.lastSeq || head.hash !== last.hash || head.levelKeys !== last.levelKeys)
      throw new Found({
        what: 'gap',
        message: 'the newest commit is not the one that was read last',
      })
    await this.#levels(reader)
    await this.#transfers(reader)
    await this.#documents(reader)
    await this.#positions(reader)
    await this.#keys(reader)
    await this.#reservations(reader)
    for (let fold = this.#next; fold !== null; fold = this.#next) {
      this.#next = null
      this.#reservationFold.goOn()
      await this.#follow(reader, fold, Infinity, () => undefined)
      if (fold.last.hash !== last.hash)
        throw new Found({ what: 'hash', message: 'the log is not the one that was read before' })
      await this.#reservations(reader)
    }
  }

  async #levels(reader: Reader): Promise<void> {
    const { levels, places, warehouses } = this.#fold
    let seen = 0
    const onHand = new Map<string, number>()
    // From the very first: what has a number below 1 is none of ours.
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
      const message = `${seen} levels are stored, the log tells of ${places.length}`
      throw new Found({ what: 'level', message })
    }
    const { rows } = await reader.warehouses()
    if (rows.length !== warehouses.size) {
      const message = `${rows.length} warehouses are stored, the log tells of ${warehouses.size}`
      throw new Found({ what: 'warehouse', message })
    }
    const inOrder = [...warehouses.keys()]
    for (const [index, { record, onHand: stored }] of rows.entries()) {
      const name = shownId(record.id)
      const told = warehouses.get(record.id)
      if (told === undefined)
        throw new Found({ what: 'warehouse', message: `the log tells of no warehouse ${name}` })
      if (inOrder[index] !== record.id)
        throw new Found({ what: 'warehouse', message: `${name} has another place in the list` })
      if (!sameWarehouse(told, record))
        throw new Found({ what: 'warehouse', message: `${name} is not as the log tells it` })
      const units = onHand.get(record.id) ?? 0
      if (units === stored) continue
      const message = `${name} is said to hold ${stored} units, its levels sum to ${units}`
      throw new Found({ what: 'warehouse', message })
    }
  }

  #level(row: LevelRow, key: number): void {
    const place = this.#fold.places[key - 1]
    const folded = this.#fold.levels.get(key)
    const name = `${shownId(row.productId)} in ${shownId(row.warehouseId)}`
    const fail = (message: string): never => {
      throw new Found({ what: 'level', message: `${name} ${message}`, seq: row.lastSeq })
    }
    if (row.key !== key) throw new Found({ what: 'level', message: `level ${key} is missing` })
    if (place?.productId !== row.productId || place.warehouseId !== row.warehouseId)
      fail(`is level ${key}, which the log calls by another name`)
    if (countsText(folded) !== countsText(row) || folded.seq !== row.lastSeq)
      fail(`stands at ${countsText(row)}, the log says ${countsText(folded)}`)
    if ((this.#fold.lastReservations[key] ?? 0) !== row.lastReservation)
      fail(`names ${row.lastReservation} as its newest reservation`)
  }

  async #transfers(reader: Reader): Promise<void> {
    let seen = 0
    const { transfers } = this.#fold
    const told = [...transfers.keys()]
    for (let after = FIRST; ;) {
      const rows = await reader.transferRows(after, TRANSFERS)
      if (rows.length === 0) break
      for (const row of rows) {
        const seq = told[seen++]
        this.#transfer(row, seq)
        after = seq!
      }
    }
    if (seen === told.length) return
    const message = `${seen} transfers are stored, the log tells of ${told.length}`
    throw new Found({ what: 'transfer', message })
  }

  #transfer({ record, lastSeq }: Stamped<Transfer>, seq: number | undefined): void {
    const folded = seq === undefined ? undefined : this.#fold.transfers.get(seq)
    const { id } = record
    const fail = (message: string): never => {
      throw new Found({
        what: 'transfer',
        message: `transfer ${shownId(id)} ${message}`,
        seq: lastSeq,
      })
    }
    if (folded === undefined || id !== recordId(seq!, folded.random))
      throw new Found({ what: 'transfer', message: `the log tells of no transfer ${shownId(id)}` })
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
      if (told === undefined) fail(`the log tells of no document ${name}`)
      if (told !== sha256(value)) fail(`document ${name} is not what the log tells of`)
    }
    if (rows.length !== documents.size)
      fail(`${rows.length} documents are stored, the log tells of ${documents.size}`)
  }

  /** They are not in the log: known is only that nobody has read what is not there. */
  async #positions(reader: Reader): Promise<void> {
    for (const { name, seq } of await reader.positions()) {
      if (seq <= this.#fold.last.lastSeq) continue
      const message = `the consumer ${name} is said to have read entry ${seq}, which is not there`
      throw new Found({ what: 'position', message })
    }
  }

  /**
   * Every key of a commit behind the forgotten ones is stored with its answer, or another commit has stored it anew;
   * and none is stored that no commit tells of.
   */
  async #keys(reader: Reader): Promise<void> {
    if (this.#fold.forgotten === 0 && (await this.#hasAllKeys(reader))) return
    const stored = new KeysInOrder(reader)
    /** Keys whose answers must come with a later commit. */
    const missing = new Map<string, number>()
    const fail = (message: string): never => {
      throw new Found({ what: 'key', message })
    }
    const { forgotten, last } = this.#fold
    for (let after = forgotten; after < last.commit;) {
      this.#options.signal?.throwIfAborted()
      const page = await reader.log(after)
      after = page.at(-1)!.commit
      for (const commit of page) {
        const { keyDigests } = new CommitBody(commit)
        if (keyDigests.length === 0) continue
        const rows = new Map<string, string>()
        for (const row of await stored.of(commit.commit)) {
          if (row.at !== commit.at) fail(`key ${row.key} has another time than its commit`)
          const digest = keyDigest(row.key, row.fingerprint, row.answer)
          rows.set(digest.slice(0, 16), digest)
        }
        for (const digest of keyDigests) {
          const key = digest.slice(0, 16)
          const row = rows.get(key)
          if (row !== undefined && row !== digest)
            fail(`the answer to a key of commit ${commit.commit} is not the one that it gave`)
          if (row === undefined) missing.set(key, commit.commit)
          else missing.delete(key)
          rows.delete(key)
        }
        if (rows.size > 0)
          fail(`${rows.size} keys of commit ${commit.commit} are stored of which it tells nothing`)
      }
    }
    const [other] = await stored.left()
    if (other !== undefined) fail(`a key is stored of commit ${other.commit}, which tells of none`)
    for (const commit of missing.values()) fail(`a key of commit ${commit} is missing`)
  }

  /** Whether those are stored of which the log tells: mostly none is forgotten yet, and none was stored anew. */
  async #hasAllKeys(reader: Reader): Promise<boolean> {
    const sum = this.#fold.keys.empty()
    const stored = new KeysInOrder(reader)
    for (let rows = await stored.next(); rows.length > 0; rows = await stored.next())
      for (const row of rows) sum.add(row, keyDigest(row.key, row.fingerprint, row.answer))
    return sum.equals(this.#fold.keys)
  }

  async #reservations(reader: Reader): Promise<void> {
    const fold = this.#reservationFold
    if (fold.isOpen)
      throw new Found({
        what: 'reservation',
        message: 'units that were not confirmed never went back',
      })
    const through = Math.min(fold.throughSeq, this.#fold.last.lastSeq)
    let seen = 0
    const rowsAfter = (after: number) =>
      reader.reservationRows(
        after === 0 ? FIRST : after,
        Math.min(after + RESERVATION_ROWS, through),
      )
    let next = rowsAfter(fold.afterSeq)
    for (let after = fold.afterSeq; after < through;) {
      this.#options.signal?.throwIfAborted()
      const rows = await next
      after += RESERVATION_ROWS
      // The next ones are read meanwhile; what goes wrong is told where it is waited for.
      if (after < through) (next = rowsAfter(after)).catch(() => undefined)
      await turn()
      seen += this.#sameReservations(rows, fold)
    }
    const isLast = through === this.#fold.last.lastSeq
    if (isLast)
      seen += this.#sameReservations(await reader.reservationRows(through, Infinity), fold)
    if (seen === fold.count) return
    const message = `${seen} reservations are stored, the log tells of ${fold.count}`
    throw new Found({ what: 'reservation', message })
  }

  #sameReservations(rows: ReservationRows, fold: ReservationFold): number {
    const { numbers, owners } = rows
    const width = RESERVATION_ROW.length
    for (let row = 0; row < owners.length; row++) {
      const wrong = this.#wrong(rows, row, fold)
      if (wrong === null) continue
      const [seq, random] = [numbers[row * width]!, numbers[row * width + 6]!]
      const message = `reservation ${recordId(seq, random)} ${wrong}`
      throw new Found({ what: 'reservation', message, seq })
    }
    return owners.length
  }

  /** What is wrong with a stored reservation; null where it is as the log tells it. */
  #wrong(rows: ReservationRows, row: number, fold: ReservationFold): string | null {
    const { numbers } = rows
    const at = row * RESERVATION_ROW.length
    const seq = numbers[at]!
    const state = fold.covers(seq) ? fold.state(seq) : null
    if (state === null) return 'is one that the log does not tell of'
    const [level, qty, stored] = [numbers[at + 1]!, numbers[at + 2]!, numbers[at + 3]!]
    const status = RESERVATION_STATUSES[stored]
    if (state.status !== status) return `is ${status}, the log says ${state.status}`
    if (state.qty !== qty) return `has ${qty} units, the log says ${state.qty}`
    const [createdAt, expiresAt] = [numbers[at + 4]!, numbers[at + 5]!]
    if (state.expiresAt !== expiresAt)
      return `expires at ${expiresAt}, the log says ${state.expiresAt}`
    const [random, lastSeq, behind] = [numbers[at + 6]!, numbers[at + 7]!, numbers[at + 8]!]
    if (fold.lastSeq(seq) !== lastSeq) return `names ${lastSeq} as its newest entry`
    for (let count = 0; count < COUNTS.length; count++) {
      const [name, value] = [COUNTS[count]!, numbers[at + 9 + count]!]
      if (state[name] !== value) return `has ${value} ${name}, the log says ${state[name]}`
    }
    const [group, replaces] = [rows.groups?.[row] ?? null, rows.replaces?.[row] ?? null]
    if (!fold.isMade(seq, { level, random, at: createdAt, behind, group, replaces }))
      return 'does not have the level, the id, the time, the group or the origin with which it was made'
    if (fold.owner(seq) !== fold.hash(rows.owners[row]!))
      return 'does not have the owner of which the log tells'
    if (fold.replacedBy(seq) !== fold.hash(rows.replacedBy?.[row] ?? null))
      return 'was not replaced as the log tells it'
    return null
  }

  end(): void {
    const { expect } = this.#options
    if (this.#remembered || expect === undefined) return
    const { lastSeq } = this.#fold.last
    const message =
      lastSeq < expect.seq
        ? `the trail ends at ${lastSeq}, ${expect.seq} was remembered: its end is missing`
        : `no commit ends at ${expect.seq} with the remembered hash: the trail was written anew`
    throw new Found({ what: 'end-missing', message, seq: lastSeq })
  }
}

/** In the order in which a row has them. */
const COUNTS = ['released', 'shipped', 'cancelled', 'cameBack'] as const

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

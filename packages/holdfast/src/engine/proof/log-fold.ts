import { counted } from '../../model/counted.ts'
import { shownId } from '../../model/id.ts'
import type { LevelId } from '../../model/level-counts.ts'
import {
  EFFECTS,
  isOfCount,
  type AdjustmentType,
  type Effect,
} from '../../model/adjustment-type.ts'
import { ENTRY_TYPES, EXPIRED, REASONS } from '../../log/codes.ts'
import {
  aboutOf,
  ALLOCATED,
  AVAILABLE,
  CommitBody,
  HELD,
  LEVEL,
  OF_LEVEL,
  OF_RECORD,
  pairsOf,
  QTY,
  RANDOM,
  RECORD,
  TYPE,
  type LoggedCommit,
} from '../../log/commit-body.ts'
import { Lines, type Options } from '../../log/lines.ts'
import { digested } from '../../log/digested.ts'
import { commitHash, NO_HASH, sha256 } from '../../log/hash.ts'
import { areSameMarks, marksOf, type Marks } from '../../log/marks.ts'
import { hasShape, wrongMember } from '../../log/shape.ts'
import { recordId } from '../../model/record-id.ts'
import type { WarehouseRecord } from '../../model/warehouse-record.ts'
import {
  applyToReservation,
  applyToTransfer,
  type Told,
  type TransferState,
} from '../../rules/apply.ts'
import type { Fault } from '../inventory.ts'
import { KeySum } from './key-sum.ts'
import { LevelFold } from './level-fold.ts'
import type { PostingFold } from './posting-fold.ts'
import type { FoldedReservations } from './reservation-fold.ts'

/** A fault, which ends the proof. */
export class Found extends Error {
  readonly fault: Fault

  constructor(fault: Fault) {
    super(fault.message)
    this.fault = fault
  }
}

/** What is wrong with an entry; the message continues after `entry N`. */
interface Wrong {
  readonly what: Fault['what']
  readonly message: string
}

/** A transfer's first entry, and its later state. */
export interface FoldedTransfer extends TransferState {
  readonly productId: string
  readonly fromWarehouseId: string
  readonly toWarehouseId: string
  readonly random: number
  readonly lastSeq: number
  readonly group: string | null
}

/**
 * Folds the log from its beginning, and proves that every commit's hash covers its body and the hash before it, that
 * `seq` has no gap, time never runs backwards, texts match their digests, and every entry follows from those before it.
 * The result is the state that the log implies. It covers one range of reservations and transfers at a time.
 */
export class LogFold {
  readonly levels = new LevelFold()
  readonly places: LevelId[]
  /** The integer of each level's newest reservation, by level key. */
  readonly lastReservations: number[]
  /** The newest entry of a count of each level, by level key. Not in later passes. */
  readonly lastCounts: number[] = []
  readonly transfers = new Map<number, FoldedTransfer>()
  readonly warehouses: Map<string, WarehouseRecord>
  /** SHA-256 of each document's value, by name. */
  readonly documents = new Map<string, string>()
  /** Of all commits, deleted or not. */
  readonly keys = new KeySum()
  /** Keys of commits up to this one are deleted. */
  forgotten = 0
  readonly reservations: FoldedReservations
  /** What is posted for the entries, if somebody wants to know. */
  postings: PostingFold | null = null
  last: Omit<LoggedCommit, 'body' | 'texts'> = {
    commit: 0,
    firstSeq: 1,
    lastSeq: 0,
    at: 0,
    levelKeys: 0,
    batchId: '',
    hash: NO_HASH,
  }

  /** Records of which the current commit has one entry of two: units that left and are to come in, or to go back. */
  #unfinished = 0
  /** Warehouse entries in the current commit. */
  #warehousesTold = 0
  /** Its current line is the entry at hand. */
  readonly #lines = new Lines()
  /** Those of the current body. */
  #bytes = new Uint8Array(0)

  /** True in later passes, which only cover reservations and transfers: the rest is already proved. */
  readonly #isProved: boolean

  constructor(reservations: FoldedReservations, proved?: LogFold) {
    this.reservations = reservations
    this.places = proved?.places ?? []
    this.warehouses = proved?.warehouses ?? new Map<string, WarehouseRecord>()
    this.lastReservations = proved?.lastReservations.slice() ?? []
    this.last = proved?.last ?? this.last
    this.#isProved = proved !== undefined
  }

  /** @throws Found */
  commit(stored: LoggedCommit): void {
    try {
      this.#commit(stored)
    } catch (error) {
      // The stored value may have any form.
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error
      const message = `commit ${stored.commit} does not have the form of a commit: ${error.message}`
      throw new Found({ what: 'format', message, commit: stored.commit })
    }
  }

  #commit(stored: LoggedCommit): void {
    const { last } = this
    const where = { commit: stored.commit, firstSeq: last.lastSeq + 1, lastSeq: stored.lastSeq }
    const fail = (what: Fault['what'], message: string, seq?: number): never => {
      throw new Found({ what, message, ...where, ...(seq === undefined ? {} : { seq }) })
    }
    const name = `commit ${stored.commit}`
    if (stored.commit !== last.commit + 1) fail('gap', `commit ${last.commit + 1} is missing`)
    if (stored.at < last.at) fail('time', `${name} is earlier than the commit before it`)
    if (stored.firstSeq !== last.lastSeq + 1)
      fail('gap', `entry ${last.lastSeq + 1} is missing`, last.lastSeq + 1)
    const bodyHash = stored.digested?.bodyHash ?? sha256(stored.body)
    if (commitHash(last.hash, stored, bodyHash) !== stored.hash)
      fail('hash', `${name} does not match its hash`)
    const body = this.#read(stored, fail)
    const { parts } = body
    const { count } = this.#lines
    if (count !== stored.lastSeq - last.lastSeq)
      fail('gap', `entry ${last.lastSeq + count + 1} is missing`)
    const levelsBefore = this.places.length
    if (!this.#isProved) {
      const { levels = [], keys = [] } = parts
      for (let at = 0; at < levels.length; at += 2)
        this.places.push({ productId: levels[at]!, warehouseId: levels[at + 1]! })
      if (this.places.length !== stored.levelKeys)
        fail(
          'level',
          `${name} counts ${counted(stored.levelKeys, 'level')}, the log has ${this.places.length}`,
        )
      for (const digest of keys) this.keys.add(stored, digest)
    }
    this.#warehousesTold = 0
    const { postings } = this
    for (let index = 0; index < count; index++) {
      const seq = stored.firstSeq + index
      this.#lines.turnTo(index)
      const told = this.#line(body, seq)
      if (told !== null) fail(told.what, `entry ${seq} ${told.message}`, seq)
      postings?.entry(body, this.#lines, seq)
    }
    postings?.end(stored)
    if (this.#unfinished > 0)
      fail('balance', `${name} ends between two entries that belong together`)
    if (!this.#isProved) {
      for (const { warehouseId } of this.places.slice(levelsBefore))
        if (!this.warehouses.has(warehouseId))
          fail('level', `${name} makes a level in ${shownId(warehouseId)}, which was never made`)
    }
    const { documents = [], forgotten = 0 } = parts
    for (let at = 0; at < documents.length; at += 2) {
      const value = documents[at + 1]!
      if (value === null) this.documents.delete(documents[at]!)
      else this.documents.set(documents[at]!, value)
    }
    if (forgotten >= stored.commit) fail('format', `${name} deletes keys of later commits`)
    this.forgotten = Math.max(this.forgotten, forgotten)
    const { commit, firstSeq, lastSeq, at, levelKeys, batchId, hash } = stored
    this.last = { commit, firstSeq, lastSeq, at, levelKeys, batchId, hash }
  }

  /** Valid until the next call. */
  #bytesOf(body: string): Uint8Array {
    // A character takes up to three bytes.
    if (this.#bytes.length < body.length * 3) this.#bytes = new Uint8Array(body.length * 3)
    return this.#bytes.subarray(0, ENCODER.encodeInto(body, this.#bytes).written)
  }

  #read(stored: LoggedCommit, fail: (what: Fault['what'], message: string) => never): CommitBody {
    const body = new CommitBody(stored)
    const name = `commit ${stored.commit}`
    try {
      if (!body.readInto(this.#lines, this.#bytesOf(stored.body)))
        fail('format', `${name} is not canonical`)
      if (body.parts.v !== 1) fail('format', `${name} has a body of format ${body.parts.v}`)
      const other = wrongMember(body.parts)
      if (other !== undefined)
        fail('format', `${name} has ${other} of a form that this program does not know`)
      if (this.#isProved) return body
      const { wrongText } = stored.digested ?? digested(stored)
      if (wrongText !== null) fail('text', wrongText)
      if (stored.marks !== undefined && !areSameMarks(stored.marks, marksOfCommit(stored)))
        fail('storage', `the marks of ${name} are not where its lines and texts begin`)
    } catch (error) {
      if (error instanceof Found) throw error
      fail('format', `${name} cannot be read`)
    }
    return body
  }

  #line(body: CommitBody, seq: number): Wrong | null {
    const line = this.#lines
    const code = line.number(TYPE)
    const type = ENTRY_TYPES[code]
    if (type === undefined) return { what: 'format', message: 'has an unknown type' }
    if (!this.#isProved) {
      if (!hasShape(body, type, line))
        return { what: 'format', message: 'does not have the form of its type' }
      if (type === 'WAREHOUSE_CHANGED') return this.#warehouse(body)
      const unbalanced = this.#balance(seq, EFFECT_OF_CODE[code]!)
      if (unbalanced !== null) return { what: 'balance', message: unbalanced }
      if (isOfCount(type)) this.lastCounts[line.number(LEVEL)] = seq
    }
    const about = aboutOf(type)
    if (about === null) return null
    const number = line.number(RECORD) || seq
    const wrong =
      about === 'transfer'
        ? this.#transfer(body, type, seq, number)
        : this.#reservation(body, type, seq, number)
    return wrong === null ? null : { what: about, message: `is impossible: ${wrong}` }
  }

  /** What is wrong with an entry's balances; null if they follow from the level's entry before. */
  #balance(seq: number, effect: Effect): string | null {
    const { levels } = this
    const line = this.#lines
    const level = line.number(LEVEL)
    if (!(level >= 1 && level <= this.places.length)) return 'names a level that was never made'
    const before = levels.get(level)
    if (before.seq !== line.number(OF_LEVEL))
      return `follows entry ${line.number(OF_LEVEL)}, but its level's last entry is ${before.seq}`
    const qty = line.number(QTY)
    const available = before.available + effect.available * qty
    const held = before.held + effect.held * qty
    const allocated = before.allocated + effect.allocated * qty
    const unsellable = before.unsellable + effect.unsellable * qty
    const { unsellable: aside = 0 } = line.options ?? NO_OPTIONS
    if (
      available !== line.number(AVAILABLE) ||
      held !== line.number(HELD) ||
      allocated !== line.number(ALLOCATED) ||
      unsellable !== aside
    ) {
      const counts = [line.number(AVAILABLE), line.number(HELD), line.number(ALLOCATED), aside]
      const expected = [available, held, allocated, unsellable].join('/')
      return `does not add up: ${expected} expected, ${counts.join('/')} written`
    }
    if (available < 0 || held < 0 || allocated < 0 || unsellable < 0) return 'goes below zero'
    levels.set(level, seq, available, held, allocated, unsellable)
    return null
  }

  #reservation(body: CommitBody, type: AdjustmentType, seq: number, number: number): string | null {
    const { reservations } = this
    const line = this.#lines
    const level = line.number(LEVEL)
    let behind = 0
    if (type === 'RESERVED') {
      behind = this.lastReservations[level] ?? 0
      this.lastReservations[level] = seq
      const wrong = this.#replaces(seq)
      if (wrong !== null) return wrong
    }
    if (!reservations.covers(number)) return null
    const before = reservations.state(number)
    if (before !== null && reservations.lastSeq(number) !== line.number(OF_RECORD))
      return `it follows entry ${line.number(OF_RECORD)}, but its reservation's last entry is ${reservations.lastSeq(number)}`
    const random = line.number(RANDOM)
    if (before !== null && !reservations.isSame(number, level, random))
      return 'it has the level or id of another reservation'
    const { at } = body.stored
    const life = type === 'RESERVED' || type === 'EXTENDED' ? at + line.number(10) : 0
    const told: Told = {
      type,
      qty: line.number(QTY),
      at,
      expiresAt: life,
      because: type === 'RETURNED' ? REASONS[line.number(10)]! : '',
      expiredAt: line.number(10) === EXPIRED ? line.number(11) : 0,
    }
    const after = applyToReservation(before, told)
    if (typeof after === 'string') return after
    if (after.rest > 0) this.#unfinished++
    else if (before !== null && before.rest > 0) this.#unfinished--
    if (before !== null) {
      reservations.set(number, after, seq)
      if (type === 'OWNER_CHANGED') reservations.setOwner(number, body.text(line.number(10)))
      return null
    }
    const { replaces, replacesRandom, group } = line.options ?? NO_OPTIONS
    reservations.make(number, after, {
      level,
      random,
      at,
      behind,
      owner: body.text(line.number(11)),
      group: body.text(group),
      replaces: replaces === undefined ? null : recordId(replaces, replacesRandom!),
    })
    return null
  }

  /** What is wrong with the reservation that an entry replaces; null if nothing is. */
  #replaces(seq: number): string | null {
    const line = this.#lines
    const { replaces, replacesRandom } = line.options ?? NO_OPTIONS
    if (replaces === undefined) return null
    if (!(replaces < seq)) return 'it replaces a reservation that does not exist yet'
    if (!this.reservations.covers(replaces)) return null
    const state = this.reservations.state(replaces)
    if (state === null) return 'it replaces a reservation that was never made'
    if (state.status === 'PENDING' || state.status === 'CONFIRMED')
      return `it replaces a reservation that is ${state.status}`
    const by = recordId(seq, line.number(RANDOM))
    return this.reservations.setReplacedBy(replaces, replacesRandom!, by)
      ? null
      : 'it replaces a reservation that was already replaced, or whose id differs'
  }

  #transfer(body: CommitBody, type: AdjustmentType, seq: number, number: number): string | null {
    if (!this.reservations.covers(number)) return null
    const line = this.#lines
    const before = this.transfers.get(number) ?? null
    if ((before?.lastSeq ?? 0) !== line.number(OF_RECORD))
      return `it follows entry ${line.number(OF_RECORD)}, but its transfer's last entry is ${before?.lastSeq ?? 0}`
    const options = line.options ?? NO_OPTIONS
    const metadata = body.entryMetadata(options.metadata)
    const told: Told = {
      type,
      qty: line.number(QTY),
      at: body.stored.at,
      actor: body.text(options.actor),
      reason: metadata['reason'] ?? null,
    }
    const after = applyToTransfer(before, told)
    if (typeof after === 'string') return after
    if (after.onTheWay > 0) this.#unfinished++
    else if (before !== null && before.onTheWay > 0) this.#unfinished--
    const place = this.places[line.number(LEVEL) - 1]!
    const other = body.parts.names?.[line.number(10)]
    if (other === undefined || other === place.warehouseId || !this.warehouses.has(other))
      return 'it does not lead to another warehouse'
    const [fromWarehouseId, toWarehouseId] =
      type === 'TRANSFERRED_IN' ? [other, place.warehouseId] : [place.warehouseId, other]
    const { productId } = place
    const random = line.number(RANDOM)
    const isSame =
      before === null ||
      (before.fromWarehouseId === fromWarehouseId &&
        before.toWarehouseId === toWarehouseId &&
        before.productId === productId &&
        before.random === random)
    if (!isSame) return 'it has the level or id of another transfer'
    const group = before === null ? body.text(options.group) : before.group
    const sides = { fromWarehouseId, toWarehouseId, productId, random, group }
    this.transfers.set(number, { ...after, ...sides, lastSeq: seq })
    return null
  }

  #warehouse(body: CommitBody): Wrong | null {
    const line = this.#lines
    if (LEVEL_AND_COUNTS.some((index) => line.number(index) !== 0))
      return { what: 'balance', message: 'has no level, but has counts' }
    if (line.number(RECORD) !== this.#warehousesTold++)
      return { what: 'format', message: 'is not about the next warehouse of its commit' }
    const told = body.parts.warehouses?.[line.number(RECORD)]
    if (told === undefined) return { what: 'format', message: 'has no warehouse' }
    // `wrongMember` has seen to their form.
    const [id, name, capacity, reorderThreshold, flat, sells, closed] = told
    const reorderThresholds = new Map(pairsOf(flat))
    this.warehouses.set(id, {
      ...{ id, name, capacity, reorderThreshold, reorderThresholds },
      sells: sells === 1,
      closed: closed === 1,
    })
    return null
  }
}

const ENCODER = new TextEncoder()
/** Found by a number in 2 ns; by one of 22 names it takes 18. */
const EFFECT_OF_CODE = ENTRY_TYPES.map((type) => (type === undefined ? null : EFFECTS[type]))
const NO_OPTIONS: Options = {}
const LEVEL_AND_COUNTS = [LEVEL, QTY, AVAILABLE, HELD, ALLOCATED, OF_LEVEL]

function marksOfCommit({ body, texts }: LoggedCommit): Marks {
  return marksOf(Buffer.from(body), texts === null ? null : Buffer.from(texts))
}

import type { ReservationStatus } from '../../model/reservation.ts'
import type { ReservationState } from '../../rules/apply.ts'
import { RESERVATION_STATUSES, codeOfReservationStatus } from '../../store/codes.ts'
import {
  RESERVATION_AT as AT,
  RESERVATION_ROW,
  RESERVATION_ROWS,
  type ReservationRows,
} from '../../store/reservation-rows.ts'
import { newSumSecret, printOf, ReservationSum } from '../../store/reservation-sum.ts'

/** The fields of a reservation that never change. */
export interface Made {
  readonly level: number
  readonly random: number
  readonly at: number
  /** The level's previous reservation; 0: none. */
  readonly behind: number
  readonly owner: string | null
  readonly group: string | null
  readonly replaces: string | null
}

/** The reservations of a range of `seq`, as entries make and change them. */
export interface FoldedReservations {
  covers(seq: number): boolean
  state(seq: number): ReservationState | null
  lastSeq(seq: number): number
  /** Whether it has this level, and this random part in its id. */
  isSame(seq: number, level: number, random: number): boolean
  make(seq: number, state: ReservationState, made: Made): void
  set(seq: number, state: ReservationState, lastSeq: number): void
  setOwner(seq: number, owner: string | null): void
  /** False if it was already replaced, or has another random part in its id. */
  setReplacedBy(seq: number, random: number, id: string): boolean
}

/** Approximate memory of one transfer. */
const TRANSFER_BYTES = 400

interface StoredReservation {
  readonly seq: number
  /** Its index in RESERVATION_STATUSES. */
  readonly status: number
  readonly lastSeq: number
  readonly state: Omit<ReservationState, 'status' | 'rest'>
  readonly made: Omit<Made, 'owner'>
}

export function storedReservation(rows: ReservationRows, row: number): StoredReservation {
  const { numbers } = rows
  const at = row * RESERVATION_ROW.length
  return {
    seq: numbers[at + AT.seq]!,
    status: numbers[at + AT.status]!,
    lastSeq: numbers[at + AT.lastSeq]!,
    state: {
      qty: numbers[at + AT.qty]!,
      expiresAt: numbers[at + AT.expiresAt]!,
      released: numbers[at + AT.released]!,
      shipped: numbers[at + AT.shipped]!,
      cancelled: numbers[at + AT.cancelled]!,
      cameBack: numbers[at + AT.cameBack]!,
    },
    made: {
      level: numbers[at + AT.levelKey]!,
      random: numbers[at + AT.random]!,
      at: numbers[at + AT.createdAt]!,
      behind: numbers[at + AT.behind]!,
      group: rows.groups?.[row] ?? null,
      replaces: rows.replaces?.[row] ?? null,
    },
  }
}

/** Numbers kept of each reservation, side by side because they are read together. */
const QTY = 0
const EXPIRES_AT = 1
const LAST_SEQ = 2
const STATUS = 3
const LEVEL = 4
const RANDOM = 5
const CREATED_AT = 6
const BEHIND = 7
const OWNER = 8
const FIELDS = 9

/** Reservations per block. */
const BLOCK = 8192
const PARTS = 4

/** The reservations after a `seq`, folded from the trail, as many as one pass covers. Texts are kept as keyed hashes. */
export class ReservationFold implements FoldedReservations {
  #afterSeq = 0
  #throughSeq = Infinity
  /** Index of a reservation by its `seq` minus `afterSeq`, plus one; 0 if there is none. */
  #places = new Int32Array(8 * BLOCK)
  #count = 0
  readonly #blocks: Float64Array[] = []
  readonly #replaces = new Rare()
  readonly #replacedBy = new Rare()
  readonly #groups = new Rare()
  /** If its counts do not follow from quantity and status: their index in `parts`. */
  readonly #partsAt = new Rare()
  readonly #rare = [this.#replaces, this.#replacedBy, this.#groups, this.#partsAt]
  #parts = new Float64Array(0)
  #partsCount = 0
  /** Units that the next entry frees: usually of one reservation at a time. */
  readonly #rest = new Map<number, number>()
  /** Stores make sums of their rows with it. */
  readonly secret = newSumSecret()
  readonly #sum = new ReservationSum(this.secret)
  /** Buffer for the numbers of a reservation. */
  readonly #row = new Float64Array(RESERVATION_ROW.length)

  /** The current reservation: its `seq`, its index, and where its numbers are. */
  #seq = 0
  #at = 0
  #block: Float64Array = new Float64Array(0)
  #from = 0

  get afterSeq(): number {
    return this.#afterSeq
  }

  /** The last `seq` of this pass; Infinity until it is full. */
  get throughSeq(): number {
    return this.#throughSeq
  }

  /** Approximate memory, transfers included, when the log has been read up to `seq`. */
  bytes(seq: number, transfers: number): number {
    const places = (seq - this.#afterSeq) * Int32Array.BYTES_PER_ELEMENT
    const rare = this.#rare.reduce((bytes, one) => bytes + one.bytes, 0)
    return places + this.#count * FIELDS * 8 + rare + transfers * TRANSFER_BYTES
  }

  /** Leaves reservations after this `seq`, or after the end of its slice, to a later pass. */
  end(seq: number): void {
    this.#throughSeq = Math.ceil(seq / RESERVATION_ROWS) * RESERVATION_ROWS
  }

  /** Drops all, and continues with those after the end. */
  goOn(): void {
    this.#afterSeq = this.#throughSeq
    this.#throughSeq = Infinity
    this.#count = 0
    this.#places.fill(0)
    for (const rare of this.#rare) rare.clear()
    this.#partsCount = 0
    this.#rest.clear()
    this.#seq = 0
  }

  get count(): number {
    return this.#count
  }

  /** Whether a partly confirmed reservation still has units that were never freed. */
  get isOpen(): boolean {
    return this.#rest.size > 0
  }

  covers(seq: number): boolean {
    return seq > this.#afterSeq && seq <= this.#throughSeq
  }

  state(seq: number): ReservationState | null {
    if (!this.#turnTo(seq)) return null
    const at = this.#at
    const status = RESERVATION_STATUSES[this.#get(STATUS)]!
    const qty = this.#get(QTY)
    const expiresAt = this.#get(EXPIRES_AT)
    const rest = this.#rest.size === 0 ? 0 : (this.#rest.get(at) ?? 0)
    const parts = this.#partsAt.of(at)
    let [released, shipped, cancelled, cameBack] = [0, 0, 0, 0]
    if (parts === 0) {
      released = releasedBy(status, qty)
      shipped = status === 'SHIPPED' ? qty : 0
      cancelled = status === 'CANCELLED' ? qty : 0
    } else {
      const from = parts * PARTS
      released = this.#parts[from]!
      shipped = this.#parts[from + 1]!
      cancelled = this.#parts[from + 2]!
      cameBack = this.#parts[from + 3]!
    }
    return { released, shipped, cancelled, cameBack, rest, status, qty, expiresAt }
  }

  lastSeq(seq: number): number {
    return this.#turnTo(seq) ? this.#get(LAST_SEQ) : 0
  }

  setOwner(seq: number, owner: string | null): void {
    if (this.#turnTo(seq)) this.#set(OWNER, this.#sum.hash(owner))
  }

  isOwner(seq: number, owner: string | null): boolean {
    return this.#turnTo(seq) && this.#get(OWNER) === this.#sum.hash(owner)
  }

  setReplacedBy(seq: number, random: number, id: string): boolean {
    if (!this.#turnTo(seq)) return false
    const at = this.#at
    if (this.#replacedBy.of(at) !== 0 || this.#get(RANDOM) !== random) return false
    this.#replacedBy.set(at, this.#sum.hash(id))
    return true
  }

  isReplacedBy(seq: number, id: string | null): boolean {
    return this.#turnTo(seq) && this.#replacedBy.of(this.#at) === this.#sum.hash(id)
  }

  /** Whether it has this level and this random part in its id. */
  isSame(seq: number, level: number, random: number): boolean {
    return this.#turnTo(seq) && this.#get(LEVEL) === level && this.#get(RANDOM) === random
  }

  /** Whether its unchanging fields are these. */
  isMade(
    seq: number,
    { level, random, at, behind, group, replaces }: Omit<Made, 'owner'>,
  ): boolean {
    return (
      this.isSame(seq, level, random) &&
      this.#get(CREATED_AT) === at &&
      this.#get(BEHIND) === behind &&
      this.#groups.of(this.#at) === this.#sum.hash(group) &&
      this.#replaces.of(this.#at) === this.#sum.hash(replaces)
    )
  }

  make(seq: number, state: ReservationState, made: Made): void {
    const at = ++this.#count
    if (at >= this.#blocks.length * BLOCK) this.#blocks.push(new Float64Array(BLOCK * FIELDS))
    const index = seq - this.#afterSeq
    if (index >= this.#places.length) this.#places = longer(this.#places, index + 1)
    this.#places[index] = at
    this.#turnTo(seq)
    this.#set(LEVEL, made.level)
    this.#set(RANDOM, made.random)
    this.#set(CREATED_AT, made.at)
    this.#set(BEHIND, made.behind)
    this.#set(OWNER, this.#sum.hash(made.owner))
    if (made.group !== null) this.#groups.set(at, this.#sum.hash(made.group))
    if (made.replaces !== null) this.#replaces.set(at, this.#sum.hash(made.replaces))
    this.set(seq, state, seq)
  }

  set(seq: number, state: ReservationState, lastSeq: number): void {
    const { status, qty, expiresAt, rest } = state
    this.#turnTo(seq)
    const at = this.#at
    this.#setCounts(at, state)
    this.#set(STATUS, codeOfReservationStatus(status))
    this.#set(QTY, qty)
    this.#set(EXPIRES_AT, expiresAt)
    this.#set(LAST_SEQ, lastSeq)
    if (rest > 0) this.#rest.set(at, rest)
    else if (this.#rest.size > 0) this.#rest.delete(at)
  }

  /** The sum of a slice of RESERVATION_ROWS `seq`, as the log tells of them; NaN if a number is too large for one. */
  sum(slice: number): number {
    const before = slice * RESERVATION_ROWS
    const row = this.#row
    for (let seq = before + 1; seq <= before + RESERVATION_ROWS; seq++) {
      const state = this.state(seq)
      if (state === null) continue
      row[AT.seq] = seq
      row[AT.levelKey] = this.#get(LEVEL)
      row[AT.qty] = state.qty
      row[AT.status] = this.#get(STATUS)
      row[AT.createdAt] = this.#get(CREATED_AT)
      row[AT.expiresAt] = state.expiresAt
      row[AT.random] = this.#get(RANDOM)
      row[AT.lastSeq] = this.#get(LAST_SEQ)
      row[AT.behind] = this.#get(BEHIND)
      row[AT.released] = state.released
      row[AT.shipped] = state.shipped
      row[AT.cancelled] = state.cancelled
      row[AT.cameBack] = state.cameBack
      const at = this.#at
      this.#sum.add(
        printOf(this.secret, row, 0, before),
        this.#get(OWNER),
        this.#replaces.of(at),
        this.#replacedBy.of(at),
        this.#groups.of(at),
      )
    }
    return this.#sum.take()
  }

  /** How many the log has in a slice. */
  countIn(slice: number): number {
    const from = slice * RESERVATION_ROWS - this.#afterSeq + 1
    const places = this.#places.subarray(from, from + RESERVATION_ROWS)
    return places.reduce((count, place) => count + (place === 0 ? 0 : 1), 0)
  }

  #setCounts(at: number, state: ReservationState): void {
    const { released, shipped, cancelled, cameBack } = state
    let parts = this.#partsAt.of(at)
    if (parts === 0) {
      const { status, qty } = state
      const isPlain =
        released === releasedBy(status, qty) &&
        shipped === (status === 'SHIPPED' ? qty : 0) &&
        cancelled === (status === 'CANCELLED' ? qty : 0) &&
        cameBack === 0
      if (isPlain) return
      parts = ++this.#partsCount
      this.#partsAt.set(at, parts)
    }
    const from = parts * PARTS
    if (from + PARTS > this.#parts.length) this.#parts = longer(this.#parts, from + PARTS)
    this.#parts[from] = released
    this.#parts[from + 1] = shipped
    this.#parts[from + 2] = cancelled
    this.#parts[from + 3] = cameBack
  }

  /** False if there is none; the current one stays. */
  #turnTo(seq: number): boolean {
    if (seq === this.#seq) return true
    const at = this.#places[seq - this.#afterSeq] ?? 0
    if (at === 0) return false
    this.#seq = seq
    this.#at = at
    this.#block = this.#blocks[Math.floor(at / BLOCK)]!
    this.#from = (at % BLOCK) * FIELDS
    return true
  }

  #get(field: number): number {
    return this.#block[this.#from + field]!
  }

  #set(field: number, value: number): void {
    this.#block[this.#from + field] = value
  }
}

/** A number of each reservation, by its index; 0 for most, and no memory until one has another. */
class Rare {
  #values = new Float64Array(0)

  get bytes(): number {
    return this.#values.byteLength
  }

  of(index: number): number {
    return this.#values[index] ?? 0
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) this.#values = longer(this.#values, index + 1)
    this.#values[index] = value
  }

  clear(): void {
    this.#values.fill(0)
  }
}

function releasedBy(status: ReservationStatus, qty: number): number {
  return status === 'RELEASED' || status === 'EXPIRED' ? qty : 0
}

function longer<Values extends Float64Array | Int32Array | Uint8Array>(
  values: Values,
  least: number,
): Values {
  const make = values.constructor as new (length: number) => Values
  const grown = new make(Math.max(least, values.length * 2))
  grown.set(values)
  return grown
}

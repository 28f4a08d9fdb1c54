import type { ReservationStatus } from '../../model/reservation.ts'
import type { ReservationState } from '../../rules/apply.ts'
import { RESERVATION_STATUSES, CODE_OF_RESERVATION_STATUS } from '../../store/codes.ts'
import {
  RESERVATION_AT as AT,
  RESERVATION_ROW,
  RESERVATION_ROWS,
  type ReservationRows,
} from '../../store/store.ts'
import { KeyedHash } from './keyed-hash.ts'

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
const ORIGIN = 6
const OWNER = 7
const FIELDS = 8

/** The modulus of a sum, so that two of them can be added exactly. */
const MODULUS = 2 ** 52

/** Reservations per block. */
const BLOCK = 8192
const PARTS = 4

/**
 * The reservations after a `seq`, folded from the trail, as many as one pass covers. What changes is kept as numbers,
 * what never changes as one keyed hash each.
 */
export class ReservationFold implements FoldedReservations {
  #afterSeq = 0
  #throughSeq = Infinity
  /** Index of a reservation by its `seq` minus `afterSeq`, plus one; 0 if there is none. */
  #places = new Int32Array(8 * BLOCK)
  #count = 0
  readonly #blocks: Float64Array[] = []
  #replacedBy = new Float64Array(0)
  /** If its counts do not follow from quantity and status: their index in `parts`. */
  #partsAt = new Int32Array(0)
  #parts = new Float64Array(0)
  #partsCount = 0
  /** Units that the next entry frees: usually of one reservation at a time. */
  readonly #rest = new Map<number, number>()
  readonly #hash = new KeyedHash()
  /** Buffer for hashing a reservation: everything to be checked. */
  readonly #whole = new Float64Array(12)
  readonly #origin = new Float64Array(4)

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
    return places + this.#count * FIELDS * 8 + transfers * TRANSFER_BYTES
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
    this.#replacedBy.fill(0)
    this.#partsAt.fill(0)
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
    const parts = this.#partsAt[at] ?? 0
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

  /** A hash of its owner. */
  owner(seq: number): number {
    return this.#turnTo(seq) ? this.#get(OWNER) : 0
  }

  /** A hash of the id that replaced it; 0 if none did. */
  replacedBy(seq: number): number {
    return this.#turnTo(seq) ? (this.#replacedBy[this.#at] ?? 0) : 0
  }

  setOwner(seq: number, owner: string | null): void {
    if (this.#turnTo(seq)) this.#set(OWNER, this.hash(owner))
  }

  setReplacedBy(seq: number, random: number, id: string): boolean {
    if (!this.#turnTo(seq)) return false
    const at = this.#at
    if ((this.#replacedBy[at] ?? 0) !== 0 || this.#get(RANDOM) !== random) return false
    if (at >= this.#replacedBy.length) this.#replacedBy = longer(this.#replacedBy, at + 1)
    this.#replacedBy[at] = this.hash(id)
    return true
  }

  /** Whether it has this level and this random part in its id. */
  isSame(seq: number, level: number, random: number): boolean {
    return this.#turnTo(seq) && this.#get(LEVEL) === level && this.#get(RANDOM) === random
  }

  /** Whether its unchanging fields are these. */
  isMade(seq: number, made: Omit<Made, 'owner'>): boolean {
    return this.#turnTo(seq) && this.#get(ORIGIN) === this.#originOf(made)
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
    this.#set(ORIGIN, this.#originOf(made))
    this.#set(OWNER, this.hash(made.owner))
    this.set(seq, state, seq)
  }

  set(seq: number, state: ReservationState, lastSeq: number): void {
    const { status, qty, expiresAt, rest } = state
    this.#turnTo(seq)
    const at = this.#at
    this.#setCounts(at, state)
    this.#set(STATUS, CODE_OF_RESERVATION_STATUS[status])
    this.#set(QTY, qty)
    this.#set(EXPIRES_AT, expiresAt)
    this.#set(LAST_SEQ, lastSeq)
    if (rest > 0) this.#rest.set(at, rest)
    else if (this.#rest.size > 0) this.#rest.delete(at)
  }

  /** 0 if there is no text. */
  hash(text: string | null): number {
    return text === null ? 0 : this.#hash.begin().text(text).end()
  }

  /**
   * Everything the log says about a slice of RESERVATION_ROWS `seq`, as one number. Different contents give the same
   * number only once in 2^52.
   */
  sum(slice: number): number {
    const first = slice * RESERVATION_ROWS + 1
    const whole = this.#whole
    let sum = 0
    for (let seq = first; seq < first + RESERVATION_ROWS; seq++) {
      const state = this.state(seq)
      if (state === null) continue
      whole[0] = seq
      whole[1] = this.#get(STATUS)
      whole[2] = state.qty
      whole[3] = state.expiresAt
      whole[4] = state.released
      whole[5] = state.shipped
      whole[6] = state.cancelled
      whole[7] = state.cameBack
      whole[8] = this.#get(LAST_SEQ)
      whole[9] = this.#get(ORIGIN)
      whole[10] = this.#get(OWNER)
      whole[11] = this.#replacedBy[this.#at] ?? 0
      sum = (sum + this.#hashOfWhole()) % MODULUS
    }
    return sum
  }

  /** The same for stored rows; NaN if a stored value is not a whole number. */
  sumOf({ numbers, owners, groups, replaces, replacedBy }: ReservationRows): number {
    const whole = this.#whole
    // A local copy, which the compiler can inline: with the imported one a verify took 4 % longer.
    const of = { ...AT }
    let sum = 0
    for (let row = 0, at = 0; row < owners.length; row++, at += RESERVATION_ROW.length) {
      for (let i = 0; i < RESERVATION_ROW.length; i++)
        if (!Number.isSafeInteger(numbers[at + i])) return NaN
      whole[0] = numbers[at + of.seq]!
      whole[1] = numbers[at + of.status]!
      whole[2] = numbers[at + of.qty]!
      whole[3] = numbers[at + of.expiresAt]!
      whole[4] = numbers[at + of.released]!
      whole[5] = numbers[at + of.shipped]!
      whole[6] = numbers[at + of.cancelled]!
      whole[7] = numbers[at + of.cameBack]!
      whole[8] = numbers[at + of.lastSeq]!
      whole[9] = this.#originOf({
        level: numbers[at + of.levelKey]!,
        random: numbers[at + of.random]!,
        at: numbers[at + of.createdAt]!,
        behind: numbers[at + of.behind]!,
        group: groups?.[row] ?? null,
        replaces: replaces?.[row] ?? null,
      })
      whole[10] = this.hash(owners[row]!)
      whole[11] = replacedBy === null ? 0 : this.hash(replacedBy[row]!)
      sum = (sum + this.#hashOfWhole()) % MODULUS
    }
    return sum
  }

  #hashOfWhole(): number {
    return this.#hash.begin().numbers(this.#whole).end() % MODULUS
  }

  #originOf({ level, random, at, behind, group, replaces }: Omit<Made, 'owner'>): number {
    const origin = this.#origin
    origin[0] = level
    origin[1] = random
    origin[2] = at
    origin[3] = behind
    return this.#hash.begin().numbers(origin).text(group).text(replaces).end()
  }

  #setCounts(at: number, state: ReservationState): void {
    const { released, shipped, cancelled, cameBack } = state
    let parts = this.#partsAt[at] ?? 0
    if (parts === 0) {
      const { status, qty } = state
      const isPlain =
        released === releasedBy(status, qty) &&
        shipped === (status === 'SHIPPED' ? qty : 0) &&
        cancelled === (status === 'CANCELLED' ? qty : 0) &&
        cameBack === 0
      if (isPlain) return
      if (at >= this.#partsAt.length) this.#partsAt = longer(this.#partsAt, at + 1)
      this.#partsAt[at] = parts = ++this.#partsCount
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

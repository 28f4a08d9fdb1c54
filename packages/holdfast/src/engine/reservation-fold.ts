import { randomFillSync } from 'node:crypto'
import type { ReservationStatus } from '../model/reservation.ts'
import type { ReservationState } from '../rules/apply.ts'
import { RESERVATION_STATUSES, CODE_OF_RESERVATION_STATUS } from '../store/codes.ts'

/** What never changes of a reservation. */
export interface Made {
  readonly level: number
  readonly random: number
  readonly at: number
  /** The level's reservation before it; 0: none. */
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
  /** Whether it is of this level, and has this in its id. */
  isSame(seq: number, level: number, random: number): boolean
  make(seq: number, state: ReservationState, made: Made): void
  set(seq: number, state: ReservationState, lastSeq: number): void
  setOwner(seq: number, owner: string | null): void
  /** False for one that was replaced before, or has another random part in its id. */
  setReplacedBy(seq: number, random: number, id: string): boolean
}

/** So many `seq` are looked after in one pass: some 170 MB where each is a reservation's, 300 MB where each was cut and replaced. */
export const PASS = 3_000_000

const FIRST_SIZE = 65_536
const PARTS = 4
const NO_NUMBERS: readonly number[] = []

/**
 * The reservations of a range of `seq` as the trail makes them: what changes in numbers, and what never changes in one
 * keyed hash each, under a key that nobody knows before.
 */
export class ReservationFold implements FoldedReservations {
  readonly afterSeq: number
  readonly throughSeq: number
  /** Place of a reservation by its `seq` less `afterSeq` plus one; 0 for what is none. */
  #places = new Int32Array(FIRST_SIZE)
  #count = 0
  #qty = new Float64Array(FIRST_SIZE)
  #expiresAt = new Float64Array(FIRST_SIZE)
  #lastSeq = new Float64Array(FIRST_SIZE)
  #origin = new Float64Array(FIRST_SIZE)
  #random = new Float64Array(FIRST_SIZE)
  #level = new Int32Array(FIRST_SIZE)
  #owner = new Float64Array(FIRST_SIZE)
  #replacedBy = new Float64Array(0)
  /** Of those whose counts do not follow from quantity and status: their place in `parts`. */
  #partsAt = new Int32Array(0)
  #parts = new Float64Array(0)
  #partsCount = 0
  #status = new Uint8Array(FIRST_SIZE)
  /** Units that go back with the next entry: of one reservation at a time, mostly. */
  readonly #rest = new Map<number, number>()
  readonly #keys = randomFillSync(new Int32Array(4))
  #a = 0
  #b = 0

  constructor(afterSeq: number) {
    this.afterSeq = afterSeq
    this.throughSeq = afterSeq + PASS
  }

  /** How many there are. */
  get count(): number {
    return this.#count
  }

  /** Whether some were confirmed in part, and the others never came back. */
  get isOpen(): boolean {
    return this.#rest.size > 0
  }

  covers(seq: number): boolean {
    return seq > this.afterSeq && seq <= this.throughSeq
  }

  has(seq: number): boolean {
    return this.#placeOf(seq) > 0
  }

  state(seq: number): ReservationState | null {
    const at = this.#placeOf(seq)
    if (at === 0) return null
    const status = RESERVATION_STATUSES[this.#status[at]!]!
    const qty = this.#qty[at]!
    return {
      status,
      qty,
      ...this.#counts(at, status, qty),
      expiresAt: this.#expiresAt[at]!,
      rest: this.#rest.get(at) ?? 0,
    }
  }

  lastSeq(seq: number): number {
    const at = this.#placeOf(seq)
    return at === 0 ? 0 : this.#lastSeq[at]!
  }

  /** What never changes of it. */
  origin(seq: number): number {
    return this.#origin[this.#placeOf(seq)]!
  }

  /** A hash of its owner. */
  owner(seq: number): number {
    return this.#owner[this.#placeOf(seq)]!
  }

  /** A hash of the id that replaced it; 0 where none did. */
  replacedBy(seq: number): number {
    return this.#replacedBy[this.#placeOf(seq)] ?? 0
  }

  setOwner(seq: number, owner: string | null): void {
    this.#owner[this.#placeOf(seq)] = this.hash(NO_NUMBERS, owner)
  }

  setReplacedBy(seq: number, random: number, id: string): boolean {
    const at = this.#placeOf(seq)
    if ((this.#replacedBy[at] ?? 0) !== 0 || this.#random[at] !== random) return false
    if (at >= this.#replacedBy.length) this.#replacedBy = longer(this.#replacedBy, at + 1)
    this.#replacedBy[at] = this.hash(NO_NUMBERS, id)
    return true
  }

  /** Which level it is of, and the random part of its id. */
  isSame(seq: number, level: number, random: number): boolean {
    const at = this.#placeOf(seq)
    return this.#level[at] === level && this.#random[at] === random
  }

  make(seq: number, state: ReservationState, made: Made): void {
    const { level, random, at: createdAt, behind, owner, group, replaces } = made
    const at = ++this.#count
    if (at >= this.#status.length) this.#grow()
    const index = seq - this.afterSeq
    if (index >= this.#places.length) this.#places = longer(this.#places, index + 1)
    this.#places[index] = at
    this.#random[at] = random
    this.#level[at] = level
    this.#origin[at] = this.originOf([level, random, createdAt, behind], group, replaces)
    this.#owner[at] = this.hash(NO_NUMBERS, owner)
    this.set(seq, state, seq)
  }

  set(seq: number, state: ReservationState, lastSeq: number): void {
    const { status, qty, expiresAt, rest } = state
    const at = this.#placeOf(seq)
    this.#setCounts(at, state)
    this.#status[at] = CODE_OF_RESERVATION_STATUS[status]
    this.#qty[at] = qty
    this.#expiresAt[at] = expiresAt
    this.#lastSeq[at] = lastSeq
    if (rest > 0) this.#rest.set(at, rest)
    else if (this.#rest.size > 0) this.#rest.delete(at)
  }

  /** A hash of what never changes of a reservation. */
  originOf(numbers: readonly number[], group: string | null, replaces: string | null): number {
    const text = group === null && replaces === null ? null : `${group ?? ''}\n${replaces ?? ''}`
    return this.hash(numbers, text)
  }

  /** 53 bits of numbers and a text. */
  hash(numbers: readonly number[], text: string | null): number {
    this.#a = this.#keys[0]!
    this.#b = this.#keys[1]!
    for (let index = 0; index < numbers.length; index++) {
      const number = numbers[index]!
      this.#mix(number | 0)
      this.#mix(Math.floor(number / 0x1_0000_0000))
    }
    this.#mix(text === null ? -1 : text.length)
    if (text !== null)
      for (let index = 0; index < text.length; index += 2)
        this.#mix(text.charCodeAt(index) * 0x1_0000 + (text.charCodeAt(index + 1) || 0))
    this.#mix(this.#keys[2]!)
    this.#mix(this.#keys[3]!)
    return (this.#a >>> 0) * 0x20_0000 + (this.#b >>> 11)
  }

  #mix(value: number): void {
    const a = Math.imul(this.#a ^ value, 0x9e3779b1)
    this.#a = a ^ (a >>> 15)
    const b = Math.imul(this.#b ^ value ^ this.#a, 0x85ebca6b)
    this.#b = b ^ (b >>> 13)
  }

  /** Most have no parts: all that is not open went one way, which the status tells. */
  #counts(at: number, status: ReservationStatus, qty: number): Counts {
    const parts = this.#partsAt[at] ?? 0
    if (parts === 0) return countsBy(status, qty)
    const from = parts * PARTS
    return {
      released: this.#parts[from]!,
      shipped: this.#parts[from + 1]!,
      cancelled: this.#parts[from + 2]!,
      cameBack: this.#parts[from + 3]!,
    }
  }

  #setCounts(at: number, state: ReservationState): void {
    const { released, shipped, cancelled, cameBack } = state
    let parts = this.#partsAt[at] ?? 0
    if (parts === 0) {
      const plain = countsBy(state.status, state.qty)
      const isPlain =
        released === plain.released &&
        shipped === plain.shipped &&
        cancelled === plain.cancelled &&
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

  #placeOf(seq: number): number {
    return this.#places[seq - this.afterSeq] ?? 0
  }

  #grow(): void {
    const size = this.#status.length * 2
    this.#qty = longer(this.#qty, size)
    this.#expiresAt = longer(this.#expiresAt, size)
    this.#lastSeq = longer(this.#lastSeq, size)
    this.#origin = longer(this.#origin, size)
    this.#level = longer(this.#level, size)
    this.#owner = longer(this.#owner, size)
    this.#random = longer(this.#random, size)
    this.#status = longer(this.#status, size)
  }
}

type Counts = Pick<ReservationState, 'released' | 'shipped' | 'cancelled' | 'cameBack'>

/** The counts of one that was never cut. */
function countsBy(status: ReservationStatus, qty: number): Counts {
  return {
    released: status === 'RELEASED' || status === 'EXPIRED' ? qty : 0,
    shipped: status === 'SHIPPED' ? qty : 0,
    cancelled: status === 'CANCELLED' ? qty : 0,
    cameBack: 0,
  }
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

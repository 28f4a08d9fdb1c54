import { randomFillSync } from 'node:crypto'
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
}

/** So many `seq` are looked after in one pass: some 190 MB where each is a reservation's. */
export const PASS = 4_000_000

const FIRST_SIZE = 65_536

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
  #identity = new Float64Array(FIRST_SIZE)
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
    return {
      status: RESERVATION_STATUSES[this.#status[at]!]!,
      qty: this.#qty[at]!,
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

  /** Which level it is of, and the random part of its id. */
  isSame(seq: number, level: number, random: number): boolean {
    return this.#identity[this.#placeOf(seq)] === this.hash([level, random], null)
  }

  make(seq: number, state: ReservationState, made: Made): void {
    const { level, random, at: createdAt, behind, owner } = made
    const at = ++this.#count
    if (at >= this.#status.length) this.#grow()
    const index = seq - this.afterSeq
    if (index >= this.#places.length) this.#places = longer(this.#places, index + 1)
    this.#places[index] = at
    this.#identity[at] = this.hash([level, random], null)
    this.#origin[at] = this.hash([level, random, createdAt, behind], owner)
    this.set(seq, state, seq)
  }

  set(seq: number, { status, qty, expiresAt, rest }: ReservationState, lastSeq: number): void {
    const at = this.#placeOf(seq)
    this.#status[at] = CODE_OF_RESERVATION_STATUS[status]
    this.#qty[at] = qty
    this.#expiresAt[at] = expiresAt
    this.#lastSeq[at] = lastSeq
    if (rest > 0) this.#rest.set(at, rest)
    else if (this.#rest.size > 0) this.#rest.delete(at)
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

  #placeOf(seq: number): number {
    return this.#places[seq - this.afterSeq] ?? 0
  }

  #grow(): void {
    const size = this.#status.length * 2
    this.#qty = longer(this.#qty, size)
    this.#expiresAt = longer(this.#expiresAt, size)
    this.#lastSeq = longer(this.#lastSeq, size)
    this.#origin = longer(this.#origin, size)
    this.#identity = longer(this.#identity, size)
    this.#status = longer(this.#status, size)
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

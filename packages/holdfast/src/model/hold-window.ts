import { openOf, unitsOf, type Reservation } from './reservation.ts'

const BLOCK = 256

/** A position in the order of holds, whether or not there is a hold. */
export interface HoldPosition {
  readonly expiresAt: number
  readonly id: string
}

interface Block {
  readonly holds: Reservation[]
  /** The sum of their units. */
  units: number
}

/**
 * The pending holds of one level in order of (expiresAt, id), from the earliest up to an end: every pending hold before
 * the end is included, later ones are not. In memory there is no end; a durable engine loads as many as its commands
 * need.
 *
 * Kept as sorted blocks of at most 256, each with its sum. So inserting, removing and summing the expired ones stay
 * cheap at a million holds of one product, where one sorted array would move megabytes. The end may lie between holds
 * that expire at the same time.
 */
export class HoldWindow {
  readonly #blocks: Block[] = []
  /** No hold expires before. */
  #first = Infinity
  #size = 0
  #end: HoldPosition | null
  /** The search for holds after the end was abandoned, because it would read too many other holds. */
  readonly gaveUp: boolean

  constructor(
    holds: Iterable<Reservation> = [],
    end: HoldPosition | null = null,
    gaveUp: boolean = false,
  ) {
    this.#end = end
    this.gaveUp = gaveUp
    for (const hold of holds) this.add(hold)
  }

  get size(): number {
    return this.#size
  }

  /** Holds from this position on are not in the window; null if it has all. */
  get end(): HoldPosition | null {
    return this.#end
  }

  /** Whether every hold that expires before `time` is included. */
  covers(time: number): boolean {
    return this.#end === null || this.#end.expiresAt >= time
  }

  add(hold: Reservation): void {
    if (this.#end !== null && !before(hold, this.#end)) return
    this.#size++
    if (hold.expiresAt < this.#first) this.#first = hold.expiresAt
    const blocks = this.#blocks
    // Most holds expire after all others: they go to the end, and fill one block after another.
    const last = blocks[blocks.length - 1]
    if (last === undefined || !before(hold, last.holds[last.holds.length - 1]!)) {
      if (last === undefined || last.holds.length === BLOCK)
        blocks.push({ holds: [hold], units: openOf(hold) })
      else {
        last.holds.push(hold)
        last.units += openOf(hold)
      }
      return
    }
    const at = this.#blockOf(hold)
    const block = blocks[at]!
    block.holds.splice(position(block.holds, hold), 0, hold)
    block.units += openOf(hold)
    if (block.holds.length > BLOCK) {
      const holds = block.holds.splice(BLOCK >> 1)
      const units = unitsOf(holds)
      block.units -= units
      blocks.splice(at + 1, 0, { holds, units })
    }
  }

  /** Removes the hold as it was added; no error if it is not in the window. */
  remove(hold: Reservation): void {
    if (this.#blocks.length === 0) return
    const at = this.#blockOf(hold)
    const block = this.#blocks[at]!
    const index = position(block.holds, hold)
    const found = block.holds[index]
    if (found?.id !== hold.id) return
    this.#size--
    block.holds.splice(index, 1)
    block.units -= openOf(found)
    if (block.holds.length === 0) this.#blocks.splice(at, 1)
  }

  /** Units of the holds that expire before `time`. */
  unitsBefore(time: number): number {
    // Usually none: without a look at the holds, a refusal is a tenth faster.
    if (time <= this.#first) return 0
    this.#first = this.#blocks[0]?.holds[0]!.expiresAt ?? Infinity
    let units = 0
    for (const { holds, units: all } of this.#blocks) {
      if (holds[holds.length - 1]!.expiresAt < time) units += all
      else {
        for (const hold of holds) {
          if (hold.expiresAt >= time) return units
          units += openOf(hold)
        }
      }
    }
    return units
  }

  /**
   * Drops the latest holds, a block at a time, while there are more than `count`, but none that expires before `time`.
   */
  trim(count: number, time: number): void {
    for (let last = this.#blocks.at(-1); last !== undefined; last = this.#blocks.at(-1)) {
      const [first] = last.holds
      if (this.#size - last.holds.length < count || first!.expiresAt < time) return
      this.#size -= last.holds.length
      this.#end = first!
      this.#blocks.pop()
    }
  }

  *[Symbol.iterator](): Generator<Reservation> {
    for (const { holds } of this.#blocks) yield* holds
  }

  /** The holds that expire at `time` or later, earliest first. */
  *from(time: number): Generator<Reservation> {
    const least = { expiresAt: time, id: '' }
    for (let at = this.#blockOf(least); at < this.#blocks.length; at++) {
      for (const hold of this.#blocks[at]!.holds) if (hold.expiresAt >= time) yield hold
    }
  }

  /** The block where the hold belongs: the first whose last hold does not come before it. */
  #blockOf(hold: HoldPosition): number {
    let low = 0
    let high = this.#blocks.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(this.#blocks[middle]!.holds.at(-1)!, hold)) low = middle + 1
      else high = middle
    }
    return low
  }
}

function before(a: HoldPosition, b: HoldPosition): boolean {
  return a.expiresAt < b.expiresAt || (a.expiresAt === b.expiresAt && a.id < b.id)
}

/** The hold's index in the block, or where it would be inserted. */
function position(block: readonly Reservation[], hold: Reservation): number {
  let low = 0
  let high = block.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (before(block[middle]!, hold)) low = middle + 1
    else high = middle
  }
  return low
}

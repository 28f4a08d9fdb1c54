/**
 * After this many entries they are read anew. Until then each later reservation counts as a hold that waits, until it is
 * found to be none.
 */
const ENTRIES = 131_072
const BLOCK = 5000

/**
 * Which reservations may be holds that wait, as of any later state. A reservation that was confirmed, released or
 * written down as expired never waits again, so what is known about it stays true.
 */
export class LiveNumbers {
  /** In order, those up to `#through`. */
  readonly #live: Float64Array
  readonly #through: number
  /** A bit for each number after `#through`: it is no hold that waits. */
  readonly #over = new Uint8Array(ENTRIES / 8)

  /** All that waited in a state whose newest entry is `through`, in order. */
  constructor(live: Float64Array, through: number) {
    this.#live = live
    this.#through = through
  }

  /** The smallest one that may wait. */
  get first(): number {
    return this.#live[0] ?? this.#through + 1
  }

  /** Those that waited when they were read, the greatest first. */
  *blocks(): Generator<readonly number[], null> {
    for (let end = this.#live.length; end > 0; end -= BLOCK)
      yield [...this.#live.subarray(Math.max(0, end - BLOCK), end)].reverse()
    return null
  }

  isTooOld(head: number): boolean {
    return head - this.#through > ENTRIES
  }

  has(number: number): boolean {
    const bit = number - this.#through - 1
    if (bit >= 0) return bit >= ENTRIES || (this.#over[bit >> 3]! & (1 << (bit & 7))) === 0
    return this.#live[this.#countBefore(number)] === number
  }

  hasBetween(first: number, last: number): boolean {
    return last > this.#through || this.#live[this.#countBefore(first)]! <= last
  }

  /** It was looked at, and does not wait. */
  isOver(number: number): void {
    const bit = number - this.#through - 1
    if (bit >= 0 && bit < ENTRIES) this.#over[bit >> 3]! |= 1 << (bit & 7)
  }

  #countBefore(number: number): number {
    let low = 0
    let high = this.#live.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#live[middle]! < number) low = middle + 1
      else high = middle
    }
    return low
  }
}

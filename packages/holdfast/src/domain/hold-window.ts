import type { Reservation } from './reservation.ts'

const BLOCK = 256

/**
 * The pending holds of one level in order of (expiresAt, id), from the earliest up to a horizon:
 * every pending hold that expires by then is in here, later ones need not be. In memory the horizon
 * is infinite; a durable engine loads as much as its commands need.
 *
 * Kept as sorted blocks of at most 256: inserting and removing stay cheap at a million holds of one
 * hot product, where one sorted array would move megabytes.
 */
export class HoldWindow {
  readonly #blocks: Reservation[][] = []
  #size = 0
  /** Holds with `expiresAt` beyond this may be missing. */
  readonly horizon: number

  constructor(holds: Iterable<Reservation> = [], horizon: number = Infinity) {
    this.horizon = horizon
    for (const hold of holds) this.add(hold)
  }

  get size(): number {
    return this.#size
  }

  add(hold: Reservation): void {
    if (hold.expiresAt > this.horizon) return
    this.#size++
    const blocks = this.#blocks
    // Most holds expire after all others: those go to the end, and fill one block after another.
    const last = blocks[blocks.length - 1]
    if (last === undefined || !before(hold, last[last.length - 1]!)) {
      if (last === undefined || last.length === BLOCK) blocks.push([hold])
      else last.push(hold)
      return
    }
    const at = this.#blockOf(hold)
    const block = blocks[at]!
    block.splice(position(block, hold), 0, hold)
    if (block.length > BLOCK) blocks.splice(at + 1, 0, block.splice(BLOCK >> 1))
  }

  /** Forgets the hold as it was added; one that is not in the window is no error. */
  remove(hold: Reservation): void {
    if (this.#blocks.length === 0) return
    const at = this.#blockOf(hold)
    const block = this.#blocks[at]!
    const index = position(block, hold)
    if (block[index]?.id !== hold.id) return
    this.#size--
    block.splice(index, 1)
    if (block.length === 0) this.#blocks.splice(at, 1)
  }

  /** The earliest `count` holds, and those that expire together with the last of them. */
  first(count: number): HoldWindow {
    const kept: Reservation[] = []
    for (const hold of this) {
      if (kept.length >= count && hold.expiresAt > kept.at(-1)!.expiresAt) break
      kept.push(hold)
    }
    return kept.length === this.#size ? this : new HoldWindow(kept, kept.at(-1)!.expiresAt)
  }

  *[Symbol.iterator](): Generator<Reservation> {
    for (const block of this.#blocks) yield* block
  }

  /** The first block that may hold it: the first one whose last hold does not come before it. */
  #blockOf(hold: Reservation): number {
    let low = 0
    let high = this.#blocks.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (before(this.#blocks[middle]!.at(-1)!, hold)) low = middle + 1
      else high = middle
    }
    return low
  }
}

function before(a: Reservation, b: Reservation): boolean {
  return a.expiresAt < b.expiresAt || (a.expiresAt === b.expiresAt && a.id < b.id)
}

/** Where in the block the hold is, or would be. */
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

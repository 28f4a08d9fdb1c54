/** How far the wall clock may run from the monotonic one before it is no longer believed. */
const JUMP_MS = 60_000

/**
 * The time of batches. It never runs backwards, and a wall clock that jumps against the monotonic
 * clock by more than a minute is not followed but reported: one bad NTP answer must not expire every
 * hold of a shop.
 */
export class BatchClock {
  readonly #wall: () => number
  readonly #monotonic: () => number
  readonly #onJump: (jumpMs: number) => void
  /** What the wall clock was ahead of the monotonic one when it was last believed. */
  #offset: number
  #jumped = false

  constructor(wall: () => number, monotonic: () => number, onJump: (jumpMs: number) => void) {
    this.#wall = wall
    this.#monotonic = monotonic
    this.#onJump = onJump
    this.#offset = wall() - monotonic()
  }

  now(): number {
    const wall = this.#wall()
    const monotonic = this.#monotonic()
    const jump = wall - (monotonic + this.#offset)
    if (Math.abs(jump) <= JUMP_MS) {
      this.#offset = wall - monotonic
      this.#jumped = false
      return Math.floor(wall)
    }
    if (!this.#jumped) this.#onJump(jump)
    this.#jumped = true
    return Math.floor(monotonic + this.#offset)
  }
}

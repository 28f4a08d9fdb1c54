/** How far the wall clock may depart from the monotonic one before it is no longer believed immediately. */
const JUMP_MS = 60_000
/** A step of the wall clock from which on the machine's sleep is checked. */
const STEP_MS = 1000
/** A jump that changes by less than this is stable. */
const STILL_MS = 5000

export interface BatchClockParts {
  /** Milliseconds since the epoch, by the adjustable clock. */
  readonly wall: () => number
  /** Milliseconds that never jump. They may stop while the machine sleeps. */
  readonly monotonic: () => number
  /** Milliseconds that never jump and include the machine's sleep, or null. */
  readonly uptime: (() => number) | null
  /** How long a jump must be stable before it is believed. 0 believes every jump immediately. */
  readonly believeAfterMs: number
  /** Time never goes back before this: the time of the trail's newest entry. */
  readonly startAt: number
  /** Called when a jump is noticed and not followed, and when one is believed. */
  readonly onJump: (jumpMs: number, isBelieved: boolean) => void
}

export interface ClockState {
  /**
   * `steady`: time is what the clock says. `distrusted`: the clock jumped, and time continues without it. `slowed`: the
   * clock was set back and is believed; time is ahead of it, and passes at half speed until the clock has caught up.
   */
  readonly state: 'steady' | 'distrusted' | 'slowed'
  /** The clock minus the time, in milliseconds; 0 if steady. */
  readonly offMs: number
  /** When this state began, in milliseconds since the epoch; null if steady. */
  readonly since: number | null
}

/**
 * The time of batches and reads. It follows the wall clock and never runs backwards.
 *
 * If the wall clock jumps against the monotonic one by more than a minute, and the machine slept as long, the jump is
 * believed immediately. Any other jump is reported and not followed at first, because one bad NTP answer must not
 * expire every hold of a shop. A bad answer passes and a right one stays, so a jump that has been stable for a while is
 * believed. If the clock was set back, time does not stop, or no hold would expire: it passes at half speed until the
 * clock has caught up.
 */
export class BatchClock {
  readonly #parts: BatchClockParts
  /** The wall clock minus the monotonic one when it was last believed. */
  #offset: number
  /** How long the machine had slept at the last check, and the step of the wall clock then. */
  #slept: number
  #seen: number
  #distrust: {
    readonly since: number
    jump: number
    still: { readonly jump: number; readonly at: number }
  } | null = null
  /** The last time returned, and when. */
  #told: number
  #toldAt: number
  #slow: { readonly since: number; readonly behind: number } | null = null

  constructor(parts: BatchClockParts) {
    this.#parts = parts
    const monotonic = parts.monotonic()
    this.#seen = this.#offset = parts.wall() - monotonic
    this.#slept = this.#sleep()
    this.#told = parts.startAt
    this.#toldAt = monotonic
  }

  /** Milliseconds since the epoch, whole. */
  now(): number {
    const monotonic = this.#parts.monotonic()
    const followed = this.#follow(this.#parts.wall(), monotonic)
    this.#tell(followed, monotonic)
    const behind = followed - this.#told
    // Smaller differences are normal for a synchronized clock.
    if (behind > -STEP_MS) this.#slow = null
    else this.#slow = { since: this.#slow?.since ?? Math.floor(this.#told), behind }
    return Math.floor(this.#told)
  }

  state(): ClockState {
    this.now()
    if (this.#distrust !== null) {
      const { since, jump } = this.#distrust
      return { state: 'distrusted', offMs: Math.round(jump), since }
    }
    if (this.#slow === null) return { state: 'steady', offMs: 0, since: null }
    const { since, behind } = this.#slow
    return { state: 'slowed', offMs: Math.round(behind), since }
  }

  /** The wall clock's time if it is believed, else what it would be without the jump. */
  #follow(wall: number, monotonic: number): number {
    const { believeAfterMs, onJump } = this.#parts
    const difference = wall - monotonic
    if (Math.abs(difference - this.#seen) > STEP_MS) {
      this.#seen = difference
      const slept = this.#sleep()
      this.#offset += Math.max(0, slept - this.#slept)
      this.#slept = slept
    }
    const jump = difference - this.#offset
    if (Math.abs(jump) <= JUMP_MS) return this.#believe(difference, wall)
    const isNew = this.#distrust === null
    this.#distrust ??= {
      since: Math.floor(monotonic + this.#offset),
      jump,
      still: { jump, at: monotonic },
    }
    this.#distrust.jump = jump
    if (Math.abs(jump - this.#distrust.still.jump) > STILL_MS) {
      this.#distrust.still = { jump, at: monotonic }
    }
    if (monotonic - this.#distrust.still.at < believeAfterMs) {
      if (isNew) onJump(jump, false)
      return monotonic + this.#offset
    }
    onJump(jump, true)
    // The time until now passed without the clock.
    this.#tell(monotonic + this.#offset, monotonic)
    return this.#believe(difference, wall)
  }

  #tell(followed: number, monotonic: number): void {
    const slowed = this.#told + Math.max(0, monotonic - this.#toldAt) / 2
    this.#told = Math.max(followed, slowed)
    this.#toldAt = monotonic
  }

  #believe(difference: number, wall: number): number {
    this.#offset = difference
    this.#distrust = null
    return wall
  }

  /** How long the machine has slept since it started, if that can be determined. */
  #sleep(): number {
    const { uptime, monotonic } = this.#parts
    return uptime === null ? 0 : uptime() - monotonic()
  }
}

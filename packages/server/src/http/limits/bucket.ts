/** Lets through so many a second on average, and a burst of so many at once; per key. */
export class Buckets {
  readonly #perSecond: number
  readonly #burst: number
  readonly #now: () => number
  #levels = new Map<string, { left: number; at: number }>()

  constructor(perSecond: number, burst: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#now = now
  }

  /** Takes one; answers how many seconds to wait where there is none left, else 0. */
  take(key: string): number {
    const waitS = this.wait(key)
    if (waitS === 0) this.owe(key, 1)
    return waitS
  }

  /** Seconds until there is one to take. */
  wait(key: string): number {
    const { left } = this.#level(key)
    return left < 1 ? (1 - left) / this.#perSecond : 0
  }

  /** Takes as many as were used, also more than are left: nothing is let through until that is made up for. */
  owe(key: string, used: number): void {
    this.#level(key).left -= used
  }

  /** Whole ones that are left. */
  left(key: string): number {
    return Math.max(0, Math.floor(this.#level(key).left))
  }

  #level(key: string): { left: number; at: number } {
    const now = this.#now()
    let level = this.#levels.get(key)
    if (level === undefined) {
      if (this.#levels.size >= MOST_KEYS) this.#forget(now)
      level = { left: this.#burst, at: now }
      this.#levels.set(key, level)
      return level
    }
    level.left = Math.min(this.#burst, level.left + ((now - level.at) / 1000) * this.#perSecond)
    level.at = now
    return level
  }

  /** Full buckets say nothing; where all are in use, everybody begins anew: memory stays bounded. */
  #forget(now: number): void {
    for (const [key, { left, at }] of this.#levels) {
      const isFull = left + ((now - at) / 1000) * this.#perSecond >= this.#burst
      if (isFull) this.#levels.delete(key)
    }
    if (this.#levels.size >= MOST_KEYS) this.#levels = new Map()
  }
}

const MOST_KEYS = 10_000

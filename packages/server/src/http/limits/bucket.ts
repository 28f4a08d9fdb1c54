/** A token bucket per key: a rate per second, and how many may come at once. */
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

  /** Takes one if there is one. Returns 0, or how many seconds to wait. */
  take(key: string): number {
    const waitS = this.wait(key)
    if (waitS === 0) this.owe(key, 1)
    return waitS
  }

  /** Seconds until one is available. */
  wait(key: string): number {
    const { left } = this.#level(key)
    return left < 1 ? (1 - left) / this.#perSecond : 0
  }

  /** Takes as many as were used, even more than are left. Nothing passes until the debt is paid. */
  owe(key: string, used: number): void {
    this.#level(key).left -= used
  }

  /** How many are left, rounded down. */
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

  /** Drops full buckets; if none is full, drops all, so that memory stays bounded. */
  #forget(now: number): void {
    for (const [key, { left, at }] of this.#levels) {
      const isFull = left + ((now - at) / 1000) * this.#perSecond >= this.#burst
      if (isFull) this.#levels.delete(key)
    }
    if (this.#levels.size >= MOST_KEYS) this.#levels = new Map()
  }
}

const MOST_KEYS = 10_000

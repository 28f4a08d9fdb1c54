interface Held {
  readonly id: string
  readonly place: number
  /** Units still held. */
  qty: number
  owner: string | null
  expiresAt: number
  /** The entry of the trail that it includes. */
  seq: number
}

export interface Hold extends Held {
  /** It has expired by the clock and counts as such; its entry is still to come. */
  isDue: boolean
}

interface Alarm {
  readonly at: number
  readonly hold: Hold
}

/** Every live hold, and which one ends next. */
export class HoldTable {
  readonly #holds = new Map<string, Hold>()
  readonly #due = new Set<Hold>()
  /** A binary heap by time. Holds that ended or were extended leave a stale alarm. */
  #alarms: Alarm[] = []

  get size(): number {
    return this.#holds.size
  }

  get(id: string): Hold | undefined {
    return this.#holds.get(id)
  }

  all(): IterableIterator<Hold> {
    return this.#holds.values()
  }

  put(held: Held): void {
    const hold: Hold = { ...held, isDue: false }
    this.#holds.set(hold.id, hold)
    this.#push({ at: hold.expiresAt, hold })
  }

  extend(hold: Hold, expiresAt: number): void {
    hold.expiresAt = expiresAt
    this.#push({ at: expiresAt, hold })
  }

  remove(id: string): void {
    const hold = this.#holds.get(id)
    if (hold !== undefined) this.#due.delete(hold)
    this.#holds.delete(id)
    if (this.#alarms.length > 2 * this.#holds.size + 1024) this.#forgetStale()
  }

  /** When the next hold ends; Infinity if there is none. */
  nextAt(): number {
    while (this.#alarms.length > 0 && !this.#isTrue(this.#alarms[0]!)) this.#pop()
    return this.#alarms[0]?.at ?? Infinity
  }

  /** Takes the next hold that has expired; it counts up to and including `expiresAt`. */
  takeDue(now: number): Hold | null {
    if (this.nextAt() >= now) return null
    const { hold } = this.#pop()
    hold.isDue = true
    this.#due.add(hold)
    return hold
  }

  /** Takes the holds that count as expired and are not: the reader's clock was wrong for a while. */
  takeEarly(now: number): Hold[] {
    const early = [...this.#due].filter(({ expiresAt }) => expiresAt >= now)
    for (const hold of early) {
      hold.isDue = false
      this.#due.delete(hold)
      this.#push({ at: hold.expiresAt, hold })
    }
    return early
  }

  #isTrue({ at, hold }: Alarm): boolean {
    return !hold.isDue && hold.expiresAt === at && this.#holds.get(hold.id) === hold
  }

  #forgetStale(): void {
    const living = this.#alarms.filter((alarm) => this.#isTrue(alarm))
    this.#alarms = []
    for (const alarm of living) this.#push(alarm)
  }

  #push(alarm: Alarm): void {
    const heap = this.#alarms
    let index = heap.push(alarm) - 1
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (heap[parent]!.at <= alarm.at) break
      heap[index] = heap[parent]!
      index = parent
    }
    heap[index] = alarm
  }

  #pop(): Alarm {
    const heap = this.#alarms
    const first = heap[0]!
    const last = heap.pop()!
    if (heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child++
      if (heap[child]!.at >= last.at) break
      heap[index] = heap[child]!
      index = child
    }
    heap[index] = last
    return first
  }
}

/**
 * A clock for tests that moves only when told to. Pass `now` as the wall clock, and `monotonic` as the one that never
 * jumps.
 * @example
 * const clock = manualClock(1_000)
 * openInventory({ store: memory(), clock: clock.now, monotonicClock: clock.monotonic })
 */
export interface ManualClock {
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds since this clock was made; only `advance` moves it. */
  readonly monotonic: () => number
  /** Lets time pass. */
  readonly advance: (ms: number) => void
  /** Milliseconds since this clock was made, including sleep. */
  readonly uptime: () => number
  /** The machine sleeps: `now` and `uptime` continue, `monotonic` does not. */
  readonly sleep: (ms: number) => void
  /** Sets the wall clock: `now` jumps, `monotonic` does not. */
  readonly set: (now: number) => void
}

export function manualClock(start = 1_700_000_000_000): ManualClock {
  let wall = start
  let passed = 0
  let slept = 0
  return {
    now: () => wall,
    monotonic: () => passed,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`time cannot pass by ${ms} ms`)
      wall += ms
      passed += ms
    },
    uptime: () => passed + slept,
    sleep(ms) {
      if (!(ms >= 0)) throw new RangeError(`a machine cannot sleep for ${ms} ms`)
      wall += ms
      slept += ms
    },
    set(now) {
      wall = now
    },
  }
}

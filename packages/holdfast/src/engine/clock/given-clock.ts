/** The end of the year 9999. */
const LATEST = 253_402_300_799_999

/** Whether it is milliseconds since 1970 that can be stored, with any `ttlMs` added. */
export function isTime(ms: number): boolean {
  return ms >= 0 && ms <= LATEST
}

/** A clock that the program gave. While it tells what is no time, its last time is used, and `warn` is told so once. */
export function givenClock(read: () => number, warn: (problem: Error) => void): () => number {
  let last = read()
  let isWrong = false
  return () => {
    const now = read()
    if (isTime(now)) {
      isWrong = false
      return (last = now)
    }
    if (!isWrong) warn(new Error(`the clock tells ${now}, which is no time: its last one is used`))
    isWrong = true
    return last
  }
}

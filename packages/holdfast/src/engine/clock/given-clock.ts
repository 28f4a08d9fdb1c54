import { isTime } from '../../model/limits.ts'

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

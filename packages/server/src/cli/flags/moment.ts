import { pointInTime } from './point-in-time.ts'
import { wholeNumber } from './whole-number.ts'

/** No trail is that long, and in milliseconds a smaller number is before 1974. */
const SEQ = /^\d{1,11}$/

/** A position in the trail: a seq, or a moment. */
export function moment(text: string): { seq: number } | { time: number } {
  return SEQ.test(text) ? { seq: wholeNumber(text) } : { time: pointInTime(text) }
}

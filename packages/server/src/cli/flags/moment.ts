import { pointInTime } from './point-in-time.ts'
import { wholeNumber } from './whole-number.ts'

/** No trail is as long; as milliseconds, fewer digits are no time since there is stock. */
const SEQ = /^\d{1,11}$/

/** A place in the trail: a seq, or a moment as everywhere. */
export function moment(text: string): { seq: number } | { time: number } {
  return SEQ.test(text) ? { seq: wholeNumber(text) } : { time: pointInTime(text) }
}

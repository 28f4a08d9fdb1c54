import { InvalidInputError } from 'holdfast'
import { isTime } from 'holdfast/model'

const DAY = String.raw`(\d{4})-(\d{2})-(\d{2})`
const CLOCK = String.raw`T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?`
const MOMENT = new RegExp(`^${DAY}${CLOCK}(?:Z|[+-]\\d{2}:\\d{2})$`)
/** Finer than a millisecond, as Python, Go and PostgreSQL write it. */
const TOO_FINE = /^([\d-]+T[\d:]+\.\d{3})\d+(Z|[+-]\d{2}:\d{2})?$/
const WITHOUT_ZONE = new RegExp(`^${DAY}(?:${CLOCK})?$`)
/** Eight digits are more likely a day, and ten are seconds: as milliseconds they are before 1974. */
const DIGITS = /^(?:\d{1,7}|\d{12,15})$/

/**
 * A moment: milliseconds since the epoch, or RFC 3339 with a zone. A day is refused, because it could mean its beginning
 * or its end, and so is a time without a zone. A day that does not exist (2026-02-30) is refused, not moved into March.
 * @throws InvalidInputError
 */
export function pointInTime(text: string, field: string): number {
  const value = DIGITS.test(text) ? Number(text) : fromIso(text)
  // What is beyond the year 9999 is a typing error.
  if (Number.isSafeInteger(value) && isTime(value)) return value
  throw new InvalidInputError(`${field} ${whatIsWrong(text)}`, { field })
}

/** In a query, + is a space, but offsets are written with it. */
export function withPlus(text: string): string {
  return text.replace(/ (?=\d{2}:\d{2}$)/, '+')
}

function whatIsWrong(text: string): string {
  const [, coarse, zone] = TOO_FINE.exec(text) ?? []
  if (coarse !== undefined)
    return zone === undefined
      ? whatIsWrong(coarse)
      : `is finer than a millisecond: write ${coarse}${zone}`
  const [day, time] = text.split('T')
  const isDated = MOMENT.test(text) || WITHOUT_ZONE.test(text)
  if (isDated && Number.isNaN(fromIso(`${day}T00:00:00Z`))) return `names ${day}, which is no day`
  if (!WITHOUT_ZONE.test(text)) {
    return 'must be milliseconds since the epoch, or like 2026-11-23T09:30:00Z or 2026-11-23T09:30:00+01:00'
  }
  return time === undefined
    ? `is a day, not a moment: write ${day}T00:00:00Z for its first moment or ${day}T23:59:59.999Z for its last, or your own offset, like +01:00, in the place of Z`
    : `has no zone: write ${text}Z or ${text}+01:00, with your own offset`
}

function fromIso(text: string): number {
  const [, year, month, day] = (MOMENT.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined) return Number.NaN
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return day >= 1 && day <= last ? Date.parse(text) : Number.NaN
}

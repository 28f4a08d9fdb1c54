import { InvalidInputError } from 'holdfast'

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/
/** Year 9999: what lies behind is a slip of the keyboard. */
const LATEST = 253_402_300_799_999

/**
 * `?at=`: milliseconds since the epoch, or RFC 3339 with its zone. A day that there is not
 * (2026-02-30) is refused, not moved into March.
 * @throws InvalidInputError
 */
export function pointInTime(text: string, field: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : fromIso(text)
  if (Number.isSafeInteger(value) && value >= 0 && value <= LATEST) return value
  throw new InvalidInputError(
    `${field} must be milliseconds since the epoch, or like 2026-11-23T09:30:00Z`,
    { field },
  )
}

function fromIso(text: string): number {
  const [, year, month, day] = (ISO.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined) return Number.NaN
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return day >= 1 && day <= last ? Date.parse(text) : Number.NaN
}

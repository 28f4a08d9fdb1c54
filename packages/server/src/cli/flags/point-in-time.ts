import { InvalidArgumentError } from 'commander'

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** Milliseconds since the epoch, or ISO 8601 that leaves no doubt about its zone. */
export function pointInTime(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : ISO.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isSafeInteger(value)) {
    throw new InvalidArgumentError(
      'It must be milliseconds since the epoch, or like 2026-11-23T09:30:00Z.',
    )
  }
  return value
}

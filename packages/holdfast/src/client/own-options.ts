import { LONGEST_TIMER_MS } from '../model/longest-timer.ts'
import { invalid, mustBeObject } from './address.ts'
import type { ClientOptions } from './options.ts'

const KNOWN: ReadonlySet<string> = new Set<keyof ClientOptions>([
  ...(['url', 'token', 'timeoutMs', 'retries', 'automaticKeys', 'headers', 'fetch'] as const),
])

/** A checked copy; a mistyped option would otherwise be ignored silently. @throws InvalidInputError */
export function ownOptions(given: ClientOptions): ClientOptions {
  mustBeObject(given, 'options')
  const options: ClientOptions = { ...given }
  for (const name in options) if (!KNOWN.has(name)) throw invalid(name, 'is not an option')
  const { url, timeoutMs = 1, retries = 0 } = options
  if (typeof url !== 'string' && !(url instanceof URL)) throw invalid('url', 'must be a URL')
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > LONGEST_TIMER_MS)
    throw invalid('timeoutMs', `must be a whole number from 1 to ${LONGEST_TIMER_MS}`)
  if (!Number.isSafeInteger(retries) || retries < 0)
    throw invalid('retries', 'must be a whole number, 0 or more')
  return options
}

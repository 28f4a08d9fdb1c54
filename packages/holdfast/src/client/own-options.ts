import type { VerifyOptions } from '../engine/inventory.ts'
import {
  checkFlags,
  checkFunction,
  checkOptions,
  checkSignal,
  invalid,
  isPlain,
} from '../model/limits.ts'
import { LONGEST_TIMER_MS } from '../model/longest-timer.ts'
import type { ClientOptions, RemoteCallOptions } from './options.ts'

const KNOWN: ReadonlySet<string> = new Set<keyof ClientOptions>([
  ...([
    'url',
    'token',
    'timeoutMs',
    'retries',
    'queueLimit',
    'automaticKeys',
    'headers',
    'fetch',
  ] as const),
])

/** A checked copy. @throws InvalidInputError */
export function ownOptions(given: ClientOptions): ClientOptions {
  checkOptions(given, KNOWN)
  const options = { ...given }
  const { url, token = '', timeoutMs = 1, retries = 0, queueLimit = 1, headers = {} } = options
  if (typeof url !== 'string' && !(url instanceof URL)) throw invalid('url', 'must be a URL')
  // What `fetch` says of these two shows them, and looks as if the command might have been sent.
  if (/^[^/?#]*:\/\/[^/?#]*@/.test(String(url)))
    throw invalid('url', 'must not have a name or password in it')
  if (!isAddress(String(url)))
    throw invalid('url', 'must begin with http:// or https://, and have no ? and no #')
  if (!isHeader(token)) throw invalid('token', 'has a character that no header can have')
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > LONGEST_TIMER_MS)
    throw invalid('timeoutMs', `must be a whole number from 1 to ${LONGEST_TIMER_MS}`)
  if (!Number.isSafeInteger(retries) || retries < 0)
    throw invalid('retries', 'must be a whole number, 0 or more')
  if (!Number.isSafeInteger(queueLimit) || queueLimit < 1)
    throw invalid('queueLimit', 'must be a whole number, 1 or more')
  if (!isHeaders(headers))
    throw invalid('headers', 'must be a plain object of headers that can be sent')
  if (options.fetch !== undefined) checkFunction(options.fetch, 'fetch')
  checkFlags(options, ['automaticKeys'])
  return { ...options, headers: { ...headers } }
}

/** In a browser, one that is relative to the page also is. */
function isAddress(url: string): boolean {
  return /^(https?:\/\/|\.{0,2}\/)[^?#]*$/i.test(url) && URL.canParse(url, 'http://localhost')
}

function isHeaders(value: unknown): boolean {
  try {
    if (typeof value !== 'object' || value === null || !isPlain(value)) return false
    return (
      Object.values(value).every((one) => typeof one === 'string') && !!new Headers(value as never)
    )
  } catch {
    return false
  }
}

function isHeader(value: unknown): boolean {
  try {
    return typeof value === 'string' && new Headers({ value }).has('value')
  } catch {
    return false
  }
}

const OF_A_CALL: ReadonlySet<string> = new Set<keyof RemoteCallOptions>(['signal', 'onReplay'])

/** @throws InvalidInputError */
export function checkCall(given: RemoteCallOptions): void {
  checkOptions(given, OF_A_CALL)
  checkSignal(given.signal)
  if (given.onReplay !== undefined) checkFunction(given.onReplay, 'onReplay')
}

const OF_A_PROOF: ReadonlySet<string> = new Set<keyof VerifyOptions>([
  ...(['expect', 'onProgress', 'signal'] as const),
])

/** @throws InvalidInputError */
export function checkProof(given: VerifyOptions): void {
  checkOptions(given, OF_A_PROOF)
  checkSignal(given.signal)
  if (given.onProgress !== undefined) checkFunction(given.onProgress, 'onProgress')
}

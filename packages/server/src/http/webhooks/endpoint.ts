import { isIP } from 'node:net'
import { InvalidInputError } from 'holdfast'
import { isPublic } from './public-address.ts'

const PORTS: ReadonlySet<string> = new Set(['', '443', '8443'])

/**
 * Checks the URL of a webhook: https, on the open internet, unless private ones are allowed. Names are checked again
 * whenever they are resolved. Addresses are checked here, after the URL parser has normalized 127.1, 0x7f000001 and
 * 2130706433.
 * @throws InvalidInputError
 */
export function checkEndpoint(text: string, allowPrivate: boolean): string {
  if (!URL.canParse(text)) throw invalid('must be an absolute URL')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw invalid('must not contain a password')
  if (allowPrivate && ['http:', 'https:'].includes(url.protocol)) return url.href
  if (url.protocol !== 'https:') throw invalid('must begin with https:')
  if (!PORTS.has(url.port)) throw invalid('must use port 443 or 8443')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isPublic(host)) throw invalid('must be on the open internet')
  if (/(^|\.)(localhost|local|internal)\.?$/i.test(host))
    throw invalid('must be on the open internet')
  return url.href
}

function invalid(what: string): InvalidInputError {
  return new InvalidInputError(`url ${what}`, { field: 'url' })
}

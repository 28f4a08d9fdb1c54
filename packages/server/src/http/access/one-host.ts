import type { onRequestHookHandler } from 'fastify'
import { InvalidInputError } from 'holdfast'

const SLASH = 0x2f

/** Refuses requests that name two hosts, by two headers or in the address too: a proxy may have used the other one. */
export const oneHost: onRequestHookHandler = (request, _reply, done) => {
  const { rawHeaders, url = '/' } = request.raw
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  const isOne = hosts === 1 && (url.charCodeAt(0) === SLASH || names(url, request.headers.host))
  done(isOne ? undefined : new InvalidInputError('there must be one Host', { field: 'Host' }))
}

/** `OPTIONS *` names no host; `GET http://host/path` names one, which must equal the header's. */
function names(url: string, host: string | undefined): boolean {
  return url === '*' || (URL.canParse(url) && new URL(url).host === host?.toLowerCase())
}

import type { onRequestHookHandler } from 'fastify'
import { InvalidInputError } from 'holdfast'

/** Where two say which host is meant, a proxy before us may have believed the other one. */
export const oneHost: onRequestHookHandler = (request, _reply, done) => {
  const { rawHeaders } = request.raw
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  done(hosts === 1 ? undefined : new InvalidInputError('there must be one Host', { field: 'Host' }))
}

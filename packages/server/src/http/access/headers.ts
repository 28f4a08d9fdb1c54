import type { onRequestHookHandler } from 'fastify'

/** On every answer. None of them names the server or its version. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

export const safeHeaders: onRequestHookHandler = (request, reply, done) => {
  void reply.headers(SAFE_HEADERS).header('x-request-id', request.id)
  done()
}

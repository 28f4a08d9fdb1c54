import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { builtFiles, type BuiltFile } from './built-files.ts'
import { NOT_BUILT } from './not-built.ts'

/**
 * Allows only its own script, style and service: no inline script, no eval, no frames, no forms to other sites, and no
 * text that becomes markup (Trusted Types without a policy).
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const PAGE = 'index.html'

/** The page at `/`. It needs no token: the page reads its data with the user's own token. */
export function consoleRoutes(app: FastifyInstance): void {
  const files = builtFiles()
  app.get('/', { config: { need: 'open' } }, (request, reply) => {
    const page = files.get(PAGE)
    void reply.header('content-security-policy', POLICY)
    // Never cached, because it names the script and style that belong together.
    void reply.header('cache-control', 'no-cache')
    if (page === undefined) return reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT)
    return send(request, reply, page)
  })
  for (const [name, file] of files) {
    if (name === PAGE) continue
    app.get(`/${name}`, { config: { need: 'open' } }, (request, reply) => {
      void reply.header('content-security-policy', POLICY)
      // Cached, because its name changes with its content.
      void reply.header('cache-control', 'public, max-age=31536000, immutable')
      return send(request, reply, file)
    })
  }
}

function send(request: FastifyRequest, reply: FastifyReply, file: BuiltFile): FastifyReply {
  void reply.type(file.type).header('etag', file.etag).header('vary', 'accept-encoding')
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send()
  if (!/\bgzip\b/.test(String(request.headers['accept-encoding']))) return reply.send(file.bytes)
  return reply.header('content-encoding', 'gzip').send(file.gzipped)
}

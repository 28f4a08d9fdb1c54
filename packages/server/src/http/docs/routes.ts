import type { FastifyInstance, RouteOptions } from 'fastify'
import { openApi, type OpenApi } from './openapi.ts'
import { docsPage, PAGE_POLICY } from './page.ts'

/** Collects routes as they are registered, and serves their description. */
export function docsRoutes(app: FastifyInstance): readonly RouteOptions[] {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) {
      if (method !== 'HEAD' && route.handler !== undefined) routes.push({ ...route, method })
    }
  })
  let described: { document: OpenApi; json: string; page: string } | null = null
  const all = () => {
    if (described === null) {
      const document = openApi(routes, app.prefix)
      described = { document, json: JSON.stringify(document), page: docsPage(document) }
    }
    return described
  }
  app.get('/openapi.json', { config: { need: 'open' } }, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(all().json),
  )
  app.get('/docs', { config: { need: 'open' } }, (_request, reply) =>
    reply
      .header('content-security-policy', PAGE_POLICY)
      .type('text/html; charset=utf-8')
      .send(all().page),
  )
  return routes
}

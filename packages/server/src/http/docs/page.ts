import { createHash } from 'node:crypto'
import { ALL_CODES } from '../problems/codes.ts'
import type { OpenApi, Operation } from './openapi.ts'
import { schemaTable } from './schema-table.ts'
import { html } from './escape.ts'

const STYLE = `
:root{color-scheme:light dark;--line:light-dark(#d8dde3,#363d46);--soft:light-dark(#f4f6f8,#1d2228)}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem}
code,pre{font:14px/1.45 ui-monospace,monospace}pre{background:var(--soft);padding:.75rem;overflow:auto}
h2{margin-top:3rem}h3{margin:2.5rem 0 .25rem;scroll-margin-top:1rem}h3 small{font-weight:400}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
td,th{border-bottom:1px solid var(--line);padding:.3rem .6rem .3rem 0;text-align:left;vertical-align:top}
nav ul{columns:2;list-style:none;padding:0}a{color:inherit}summary{cursor:pointer}
`

/** Allows only this page's own style: no scripts, fonts or images. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256')
  .update(STYLE)
  .digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`

/** The document for people: every call, shape and code. Works offline. */
export function docsPage(document: OpenApi): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Holdfast over HTTP</title><style>${STYLE}</style></head><body>
<h1>Holdfast over HTTP</h1>
<p>Stock that cannot be sold twice. Bodies are JSON; times are milliseconds since the epoch; every answer
carries <code>seq</code>, its position in the trail. A call that takes an <code>Idempotency-Key</code> says so.
For programs: <a href="openapi.json">openapi.json</a>.</p>
<pre>curl -s http://127.0.0.1:4680/v1/stock</pre>
<nav><ul>${operations
    .map(
      ({ method, path, operation }) =>
        html`<li>
          <a href="#${operation.operationId}"><code>${method.toUpperCase()} ${path}</code></a>
        </li>`,
    )
    .join('')}<li><a href="#codes">Codes of problems</a></li></ul></nav>
<main>
<h2>Calls</h2>
${operations.map((one) => section(one.method, one.path, one.operation)).join('\n')}
<h2 id="shapes">Shapes</h2>
${Object.entries(document.components.schemas)
  .map(([name, schema]) => html`<h3 id="${name}">${name}</h3>` + schemaTable(schema))
  .join('\n')}
<h2 id="codes">Codes of problems</h2>
<p>Errors are <code>application/problem+json</code>: <code>code</code> never changes, <code>detail</code>
is for people, <code>details</code> for programs.</p>
<table><tr><th>code</th><th>status</th><th>what it means</th></tr>
${ALL_CODES.map(
  ([code, { status, title }]) =>
    html`<tr id="${code}">
      <td><code>${code}</code></td>
      <td>${String(status)}</td>
      <td>${title}</td>
    </tr>`,
).join('')}</table>
</main></body></html>`
}

function section(method: string, path: string, operation: Operation): string {
  const { operationId, summary, parameters = [], requestBody, responses } = operation
  const fields = {
    properties: Object.fromEntries(
      parameters.map((one) => [
        one.name,
        { description: one['description'], ...one.schema, in: one.in },
      ]),
    ),
    required: parameters.filter((one) => one.required).map((one) => one.name),
  }
  const body = requestBody?.content['application/json']?.['schema'] as object | undefined
  const [status, answer] = Object.entries(responses)[0] ?? []
  const content = answer?.['content'] as Record<string, { schema: object }> | undefined
  const shape = content?.['application/json']?.schema
  return [
    html`<h3 id="${operationId}"><code>${method.toUpperCase()} ${path}</code></h3>`,
    html`<p>${summary}. <small>Least role: ${operation['x-role'] ?? 'none'}.</small></p>`,
    parameters.length === 0 ? '' : schemaTable(fields),
    body === undefined ? '' : `<p>Body</p>${schemaTable(body)}`,
    shape === undefined ? '' : html`<p>Answer ${status ?? ''}</p>` + schemaTable(shape),
  ].join('\n')
}

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import {
  answers,
  freePort,
  holdfast,
  missing,
  ROOT,
  run,
  service,
  started,
  until,
} from './programs.mjs'

const NAME = 'stock.example.com'

/** @param {string} folder */
export async function tryNginx(folder) {
  if (missing('nginx', 'openssl').length > 0) return 'skipped: there is no nginx, or no openssl'
  const [plain, tls, port] = [await freePort(), await freePort(), await freePort()]
  const arguments_ = configured(folder, { plain, tls, port })
  run('nginx', ['-t', ...arguments_])

  const db = join(folder, 'stock.db')
  holdfast('init', '--db', db, '--warehouse', 'MAIN:Main')
  const token =
    holdfast('token', 'create', '--db', db, '--role', 'operator').split('\n', 1)[0] ?? ''
  const served = service(port, '--db', db, '--allowed-hosts', NAME)
  const nginx = started('nginx', ['-g', 'daemon off;', ...arguments_])
  try {
    await answers(`http://127.0.0.1:${port}/readyz`)
    await until('nginx answers', async () => (await redirect(plain)).status === 308)
    const to = (await redirect(plain)).headers.get('location')
    assert.equal(to, 'https://127.0.0.1/v1/stock')
    await asks(ask(tls, token), ask(tls, 'hf_wrong'))
    await streams(ask(tls, token))
  } finally {
    await nginx.stop()
    await served.stop()
  }
  return 'TLS, redirect, limits, an event and a line of a batch at once: as in the sample'
}

/** @param {Ask} ask @param {Ask} askWrongly */
async function asks(ask, askWrongly) {
  const read = await whole(await ask('GET', '/v1/stock').answer)
  assert.equal(read.status, 200)
  assert.match(String(read.headers['strict-transport-security']), /max-age/)
  const refused = await whole(await askWrongly('GET', '/v1/stock').answer)
  assert.equal(refused.status, 401)
  assert.match(refused.text, /"requestId":"[0-9a-f]{32}"/, "nginx's id is the service's")
  assert.equal((await whole(await ask('GET', '/metrics').answer)).status, 404)
  const large = ask('POST', '/v1/reservations', { 'content-length': String(9 * 2 ** 20) })
  assert.equal((await whole(await large.answer)).status, 413)
}

/** Each line is answered and appears in the feed while the request continues. @param {Ask} ask */
async function streams(ask) {
  const events = await ask('GET', '/v1/events', { accept: 'text/event-stream' }).answer
  const batch = ask('POST', '/v1/batch', { 'content-type': 'application/x-ndjson' }, true)
  const line = { verb: 'addStock', warehouseId: 'MAIN', productId: 'MUG', source: 'SUPPLIER' }
  const told = listen(events)
  let answered
  for (const qty of [3, 4]) {
    batch.write(`${JSON.stringify({ ...line, qty })}\n`)
    answered ??= listen(await batch.answer)
    await answered(`"seq":${qty - 1}}`)
    await told(`"qty":${qty},`)
  }
  batch.end()
  events.destroy()
}

/**
 * The sample with this machine's ports and certificate. @param {string} folder
 * @param {{ plain: number, tls: number, port: number }} ports
 */
function configured(folder, { plain, tls, port }) {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const subject = ['-subj', `/CN=${NAME}`, '-keyout', key, '-out', certificate]
  run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject])
  const sample = readFileSync(join(ROOT, 'deploy/nginx/holdfast.conf'), 'utf8')
    .replaceAll(/listen \[::\].*\n/g, '')
    .replace('listen 80', `listen 127.0.0.1:${plain}`)
    .replace('listen 443', `listen 127.0.0.1:${tls}`)
    .replace('127.0.0.1:4680', `127.0.0.1:${port}`)
    .replace(/(ssl_certificate) .*;/, `$1 ${certificate};`)
    .replace(/(ssl_certificate_key) .*;/, `$1 ${key};`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};\n`,
  )
  const path = join(folder, 'nginx.conf')
  writeFileSync(join(folder, 'holdfast.conf'), sample)
  writeFileSync(
    path,
    `user root;\npid ${folder}/pid;\nevents {}\nhttp {\naccess_log off;\n${temporary.join('')}include holdfast.conf;\n}\n`,
  )
  mkdirSync(join(folder, 'logs'))
  return ['-c', path, '-p', folder, '-e', join(folder, 'logs/error.log')]
}

/** @typedef {ReturnType<typeof ask>} Ask */

/** Requests over TLS with a token. @param {number} port @param {string} token */
function ask(port, token) {
  /**
   * @param {string} method @param {string} path @param {Record<string, string>} headers
   * @param {boolean} later whether its body is written afterwards
   */
  return (method, path, headers = {}, later = false) => {
    const sent = request({
      ...{ host: '127.0.0.1', port, servername: NAME, rejectUnauthorized: false },
      ...{ method, path, headers: { host: NAME, authorization: `Bearer ${token}`, ...headers } },
    })
    const answer = once(sent, 'response').then(
      ([response]) => /** @type {import('node:http').IncomingMessage} */ (response),
    )
    if (later) sent.flushHeaders()
    else sent.end()
    return {
      answer,
      write: (/** @type {string} */ text) => sent.write(text),
      end: () => sent.end(),
    }
  }
}

/** @param {import('node:http').IncomingMessage} answer */
async function whole(answer) {
  let text = ''
  for await (const part of answer.setEncoding('utf8')) text += String(part)
  return { status: answer.statusCode, headers: answer.headers, text }
}

/** Collects what arrives. @param {import('node:http').IncomingMessage} answer */
function listen(answer) {
  let text = ''
  answer.setEncoding('utf8').on('data', (part) => (text += String(part)))
  return (/** @type {string} */ wanted) =>
    until(wanted, () => Promise.resolve(text.includes(wanted)))
}

/** @param {number} port */
function redirect(port) {
  return fetch(`http://127.0.0.1:${port}/v1/stock`, { redirect: 'manual' })
}

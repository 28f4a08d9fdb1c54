import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { builtFiles } from '../../src/http/console/built-files.ts'
import { RawSocket } from './support/raw-socket.ts'
import { running } from './support/running.ts'

const STRICT = /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'/

test('the page is served at /, with what belongs to it, under a strict policy', async (t) => {
  const { call, url } = await running(t)
  const page = await call('GET', '/')
  equal(page.status, 200)
  match(page.headers.get('content-security-policy') ?? '', STRICT)
  equal(page.headers.get('cache-control'), 'no-cache')
  const paths = [...page.text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path!)
  equal(paths.length, 3, 'a script, a style, an icon')
  for (const path of paths) {
    const file = await call('GET', `/${path}`)
    equal(file.status, 200)
    match(file.headers.get('cache-control') ?? '', /immutable/)
    match(file.headers.get('content-security-policy') ?? '', STRICT)
    const etag = file.headers.get('etag')!
    const again = await fetch(`${url}/${path}`, { headers: { 'if-none-match': etag } })
    equal(again.status, 304)
    const plain = await fetch(`${url}/${path}`, { headers: { 'accept-encoding': 'identity' } })
    deepEqual(
      [plain.headers.get('content-encoding'), await plain.text()],
      [null, file.text],
      'the same to those who cannot unpack it',
    )
  }
})

test('the page needs no token, and gives away nothing but itself', async (t) => {
  const { service } = await running(t)
  const get = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
    (await service.app.inject({ url, headers: { host: '127.0.0.1', ...headers } })).statusCode
  equal(await get('/', { authorization: 'Bearer nobody' }), 200)
  for (const path of ['/assets', '/assets/', '/assets/..%2f..%2fpackage.json', '/index.html'])
    equal(await get(path), 404, path)
})

test('what is refused there is a problem, as everywhere', async (t) => {
  const { call, url } = await running(t)
  const page = await call('GET', '/')
  const [, script] = /src="\.(\/[^"]+)"/.exec(page.text)!
  for (const path of ['/', script!]) {
    const socket = await RawSocket.open(url)
    t.after(() => socket.close())
    socket.say(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n`)
    deepEqual(await socket.answers(1, 2000), [400], path)
    match(socket.received, /content-type: application\/problem\+json/i)
    match(socket.received, /"code":"INVALID_INPUT","details":{"field":"Host"}/)
  }
})

test('where it was not built there is nothing to serve but a word about it', () => {
  equal(builtFiles('/nowhere/at/all').size, 0)
  ok(builtFiles().size >= 4)
})

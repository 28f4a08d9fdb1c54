import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openInventory } from 'holdfast'
import { sqlite } from 'holdfast/sqlite'
import { parseJsonc } from '../../src/cli/serving/jsonc.ts'
import { chosenSettings } from '../../src/cli/serving/chosen-settings.ts'
import { environmentName, SETTINGS } from '../../src/cli/serving/settings.ts'
import { finished, holdfast, start } from '../cli/support/holdfast.ts'
import { caller } from './support/running.ts'
import { Spawned } from './support/spawned.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-serve-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('npm start: a new file is filled, served, and closed cleanly', async (t) => {
  const db = join(folder(t), 'data', 'stock.db')
  const served = await Spawned.start(['--db', db, '--port', '0'])
  t.after(() => served.end('SIGKILL'))
  const call = caller(served.url)
  const items = async (path: string): Promise<unknown[]> =>
    (await call('GET', path)).body['items'] as unknown[]
  equal((await items('/v1/warehouses')).length, 3)
  const products = new Set(
    (await items('/v1/stock?limit=1000')).map(
      (level) => (level as { productId: string }).productId,
    ),
  )
  ok(products.size >= 38 && products.size <= 45, `${products.size} products`)
  ok((await items('/v1/reservations?status=PENDING')).length >= 3)
  equal((await items('/v1/transfers?status=PENDING_APPROVAL')).length, 1)
  equal((await call('GET', '/v1/verify')).body['ok'], true)
  equal((await call('GET', '/docs')).status, 200)
  equal(await served.end('SIGTERM'), 0)
  match(served.stderr, /SIGTERM: answering what was accepted/)
  equal(existsSync(`${db}-wal`), false)
  equal(statSync(db).mode & 0o077, 0)
  const again = await Spawned.start(['--db', db, '--port', '0'])
  equal(
    ((await caller(again.url)('GET', '/v1/stock?limit=1000')).body['items'] as unknown[]).length >
      60,
    true,
  )
  equal(await again.end('SIGTERM'), 0)
})

test('the page for people needs nothing from the internet', async (t) => {
  const db = join(folder(t), 'x.db')
  equal((await holdfast('init', '--db', db, '--warehouse', 'SF:San Francisco')).code, 0)
  const served = await Spawned.serve(['--db', db, '--port', '0'])
  t.after(() => served.end('SIGKILL'))
  const { text, headers } = await caller(served.url)('GET', '/docs')
  equal(headers.get('content-type'), 'text/html; charset=utf-8')
  deepEqual(
    [...text.matchAll(/(?:src|href)="(?!#|openapi\.json)[^"]*"|@import|url\(|<script/g)],
    [],
  )
  for (const path of ['/v1/reservations', '/v1/batch', '/v1/events']) ok(text.includes(path))
  ok(headers.get('content-security-policy')!.includes("default-src 'none'"))
})

test('what it will not do it says, and ends', async (t) => {
  const path = folder(t)
  const missing = await Spawned.run(['serve', '--db', join(path, 'none.db')])
  deepEqual([missing.child.exitCode, existsSync(join(path, 'none.db'))], [1, false])
  match(missing.stderr, /there is no inventory at [^]*another with --db PATH/)
  const openDb = join(path, 'open.db')
  const open = await holdfast('serve', '--demo', '--db', openDb, '--host', '0.0.0.0', '--port', '0')
  equal(open.code, 1)
  match(open.stderr, /there is no token yet[^]*holdfast token create/)
  // There the system says for ever that what is around the folder is missing.
  const nowhere = await holdfast('serve', '--demo', '--db', '/proc/nowhere/stock.db')
  equal(nowhere.code, 1)
  match(nowhere.stderr, /the folder \/proc\S* cannot be made/)
  const wrong = await holdfast('serve', '--port', 'x')
  deepEqual(
    [wrong.code, wrong.stderr],
    [2, 'error: --port: It must be a whole number, digits only.\n'],
  )
  // Node would listen on every address.
  const everywhere = await holdfast('serve', '--host', '', '--db', join(path, 'none.db'))
  deepEqual([everywhere.code, everywhere.stderr], [2, 'error: --host: must not be empty\n'])
})

test('a token made on the file opens it to others; one made at the service works at once', async (t) => {
  const path = folder(t)
  const db = join(path, 'shop.db')
  await holdfast('init', '--db', db, '--warehouse', 'SF:San Francisco')
  const made = await holdfast('token', 'create', '--role', 'admin', '--name', 'ann', '--db', db)
  const token = made.stdout.trim()
  match(token, /^hf_[0-9a-f]{16}_[\w-]{43}$/)
  const served = await Spawned.serve(['--db', db, '--host', '0.0.0.0', '--port', '0'])
  t.after(() => served.end('SIGKILL'))
  const url = served.url.replace('0.0.0.0', '127.0.0.1')
  const call = caller(url)
  equal((await call('GET', '/v1/stock')).status, 401)
  equal(
    (await call('GET', '/v1/stock', undefined, { authorization: `Bearer ${token}` })).status,
    200,
  )
  const shop = await Spawned.run(
    ['token', 'create', '--role', 'shop', '--url', url, '--expires', '1d', '--json'],
    { HOLDFAST_TOKEN: token },
  )
  const { id, role, expiresAt, token: second } = JSON.parse(shop.stdout) as Record<string, string>
  equal(role, 'shop')
  ok(Number(expiresAt) > Date.now())
  const bearer = { authorization: `Bearer ${second}` }
  equal((await call('GET', '/v1/stock', undefined, bearer)).status, 200)
  const list = await holdfast('token', 'list', '--db', db)
  ok(list.stdout.includes(id!) && !list.stdout.includes(second!.slice(20)))
  const revoked = await holdfast('token', 'revoke', id!, '--url', url, '--token', token)
  equal(revoked.code, 0)
  equal((await call('GET', '/v1/stock', undefined, bearer)).status, 401)
  equal(served.stderr.includes(token.slice(20)), false)
})

test('init writes a config with comments, and serve reads it', async (t) => {
  const path = folder(t)
  const config = join(path, 'holdfast.jsonc')
  const db = join(path, 'shop.db')
  const init = ['init', '--config', config]
  const made = await holdfast(...init, '--db', db, '--warehouse', 'OSLO:Oslo')
  equal(made.code, 0, made.stderr)
  equal((await holdfast(...init)).code, 1)
  const served = await Spawned.serve(['--config', config, '--port', '0'])
  t.after(() => served.end('SIGKILL'))
  const { items } = (await caller(served.url)('GET', '/v1/warehouses')).body as {
    items: { id: string }[]
  }
  deepEqual(
    items.map(({ id }) => id),
    ['OSLO'],
  )
  const text = readFileSync(config, 'utf8')
  for (const name of Object.keys(SETTINGS))
    if (name !== 'demo') ok(text.includes(`"${name}"`), name)
  // Every line that is commented out works when it is not.
  const all = text.replaceAll(/^ {2}\/\/ ("\w+": )/gm, '  $1')
  writeFileSync(config, all)
  const settings = await chosenSettings({ flags: {}, environment: {}, configPath: config })
  deepEqual([settings.port, settings.approvalAbove, settings.db], [4680, 100, db])
})

test('a flag goes before a variable, that before the file, that before the default', async (t) => {
  const configPath = join(folder(t), 'c.jsonc')
  writeFileSync(configPath, '{"port": 1, "host": "::1", "ratePerSecond": 3, "requireToken": true,}')
  const settings = await chosenSettings({
    flags: { port: '3', demo: 'true' },
    environment: {
      HOLDFAST_PORT: '2',
      HOLDFAST_HOST: 'localhost',
      HOLDFAST_WAREHOUSES: 'SF:San Francisco; NYC:New York',
      HOLDFAST_ALLOWED_HOSTS: 'a.example, b.example',
    },
    configPath,
  })
  const { port, host, ratePerSecond, requireToken, demo, bodyMs, allowedHosts, warehouses } =
    settings
  deepEqual(
    [port, host, ratePerSecond, requireToken, demo, bodyMs],
    [3, 'localhost', 3, true, true, 15_000],
  )
  deepEqual(
    [allowedHosts, warehouses],
    [
      ['a.example', 'b.example'],
      [
        { id: 'SF', name: 'San Francisco' },
        { id: 'NYC', name: 'New York' },
      ],
    ],
  )
  equal(environmentName('allowPrivateWebhooks'), 'HOLDFAST_ALLOW_PRIVATE_WEBHOOKS')
  for (const bad of [
    '{"prot": 1}',
    '{"port": "1"}',
    '[]',
    '{',
    '{"port": 1.5}',
    '{"logLevel": "loud"}',
  ]) {
    writeFileSync(configPath, bad)
    const [outcome] = await Promise.allSettled([
      chosenSettings({ flags: {}, environment: {}, configPath }),
    ])
    equal(outcome.status, 'rejected', bad)
  }
})

test('a figure that cannot be meant is refused before anything is made, wherever it stands', async (t) => {
  const configPath = join(folder(t), 'c.jsonc')
  const wrong = [
    ['port', 70_000, 'must be at most 65535'],
    ['port', -1, 'must be 0 or more'],
    ['inFlight', 0, 'must be 1 or more'],
    ['connections', 0, 'must be 1 or more'],
    ['headersMs', 0, 'must be 1 or more'],
    ['bodyMs', 86_400_001, 'must be at most 86400000'],
    ['allowedHosts', ['a.example', ''], 'is empty at place 2'],
  ] as const
  for (const [name, value, why] of wrong) {
    writeFileSync(configPath, JSON.stringify({ [name]: value }))
    const variable = environmentName(name)
    const nothing = { flags: {}, environment: {}, configPath: undefined }
    await rejects(chosenSettings({ ...nothing, configPath }), { message: new RegExp(`${why}$`) })
    const environment = { [variable]: String(value) }
    await rejects(chosenSettings({ ...nothing, environment }), { message: `${variable}: ${why}` })
  }
})

test('comments are left out of JSON, and nothing else', () => {
  const text = '// a\n{"a": "// no /* comment */", /* b */ "c": ["x\\"//", 1,], // d\n}'
  for (const written of [text, `\uFEFF${text}`])
    deepEqual(parseJsonc(written, 'x'), { a: '// no /* comment */', c: ['x"//', 1] })
})

test('--read-only serves beside the process that writes, is ready, and refuses commands', async (t) => {
  const db = join(folder(t), 'stock.db')
  const missing = await holdfast('serve', '--read-only', '--db', db)
  deepEqual([missing.code, existsSync(db)], [1, false], missing.stderr)
  match(missing.stderr, /there is no inventory at/)
  equal((await holdfast('serve', '--read-only', '--warehouse', 'SF:x', '--db', db)).code, 2)
  const writer = await Spawned.start(['--db', db, '--demo', '--port', '0'])
  t.after(() => writer.end('SIGKILL'))
  const reader = await Spawned.start(['--db', db, '--read-only', '--port', '0'])
  t.after(() => reader.end('SIGKILL'))
  const [write, read] = [caller(writer.url), caller(reader.url)]
  const place = { warehouseId: 'BERLIN', productId: 'NEW' }
  equal((await write('POST', '/v1/stock/add', { ...place, qty: 3, source: 'S' })).status, 200)
  equal((await read('GET', '/v1/stock/BERLIN/NEW')).body['available'], 3)
  equal((await read('GET', '/readyz')).status, 200)
  // No alarm: it was asked to.
  match((await read('GET', '/metrics')).text, /^holdfast_read_only 0$/m)
  const { status, body } = await read('POST', '/v1/stock/add', { ...place, qty: 3, source: 'S' })
  deepEqual([status, body['code']], [503, 'STORE_READ_ONLY'])
  equal(await reader.end('SIGTERM'), 0)
})

test('a file whose clock once ran ahead is served when the operator says so', async (t) => {
  const db = join(folder(t), 'ahead.db')
  equal((await holdfast('init', '--db', db, '--warehouse', 'BERLIN:Berlin')).code, 0)
  const clock = (): number => Date.now() + 86_400_000
  await using inventory = await openInventory({ store: sqlite({ path: db }), clock })
  await inventory.addStock({ warehouseId: 'BERLIN', productId: 'MUG', qty: 1, source: 'SUPPLIER' })
  await inventory.close()
  const args = ['--db', db, '--port', '0']
  const refused = await holdfast('serve', ...args)
  equal(refused.code, 1)
  match(refused.stderr, /CLOCK_BEHIND[^]*--allow-clock-behind/)
  const served = await Spawned.serve([...args, '--allow-clock-behind'])
  t.after(() => served.end('SIGKILL'))
  const { body } = await caller(served.url)('GET', '/v1/stock/BERLIN/MUG')
  equal(body['available'], 1)
  equal(await served.end('SIGTERM'), 0)
})

test('with --json every line that serve writes is JSON: of requests, of warnings, of its end', async (t) => {
  const db = join(folder(t), 'stock.db')
  const args = ['--demo', '--db', db, '--port', '0', '--log-level', 'info']
  const served = await Spawned.serve(args)
  t.after(() => served.end('SIGKILL'))
  equal((await caller(served.url)('GET', '/v1/stock?limit=1')).status, 200)
  const second = await Spawned.run(['serve', '--json', ...args])
  equal(second.child.exitCode, 1)
  equal(await served.end('SIGTERM'), 0)
  const messages = ({ stdout, stderr }: Spawned): unknown[] =>
    `${stdout}${stderr}`
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ msg, message, url }) => msg ?? message ?? url)
  const said = messages(served)
  ok(said.includes('answered') && said.includes(served.url), said.join('\n'))
  equal(said.at(-1), 'SIGTERM: answering what was accepted, then closing')
  match(messages(second).join('\n'), /^failed: STORE_LOCKED: /m)
})

test('with --json a setting that cannot be used is told in JSON, too', async (t) => {
  const path = folder(t)
  const [broken, wrong] = [join(path, 'broken.jsonc'), join(path, 'wrong.jsonc')]
  writeFileSync(broken, '{ port')
  writeFileSync(wrong, '{ "port": "x" }')
  const refusals: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['--config', broken], 1, /^failed: .* is not JSON with comments: /],
    [['--config', join(path, 'none.jsonc')], 1, /^failed: there is no file /],
    [['--config', wrong], 2, /^error: port in .*: must be a whole number$/],
    [['--port', '70000'], 2, /^error: --port: must be at most 65535$/],
    [['--read-only', '--warehouse', 'A:B'], 2, /^error: --read-only: it cannot add a --warehouse$/],
  ]
  for (const [flags, code, message] of refusals) {
    const { code: ended, stdout, stderr } = await holdfast('serve', '--json', ...flags)
    equal(ended, code, stderr)
    const { level, msg } = JSON.parse(stderr) as { level: number; msg: string }
    equal(level, 60)
    match(msg, message)
    if (code === 1) equal((JSON.parse(stdout) as { ok: boolean }).ok, false)
  }
})

test('without --json no line is JSON: requests are told in words', async (t) => {
  const db = join(folder(t), 'stock.db')
  const served = start(['serve', '--demo', '--db', db, '--port', '0', '--log-level', 'info'])
  t.after(() => served.kill('SIGKILL'))
  const ended = finished(served)
  const url = await new Promise<string>((found) => {
    let text = ''
    served.stdout.on('data', (piece: string) => {
      text += piece
      const [, address] = /here +(\S+)\n/.exec(text) ?? []
      if (address !== undefined) found(address)
    })
  })
  equal((await caller(url)('GET', '/v1/stock?limit=1')).status, 200)
  served.kill('SIGTERM')
  const { code, stdout, stderr } = await ended
  equal(code, 0)
  for (const line of `${stdout}${stderr}`.split('\n')) ok(!line.startsWith('{'), line)
  match(stderr, /^\d{4}-\S+Z info answered .*method=GET path=\/v1\/stock status=200 ms=/m)
  match(stderr, /^SIGTERM: answering what was accepted, then closing$/m)
})

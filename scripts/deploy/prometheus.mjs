import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openInventory } from 'holdfast'
import { postgres } from 'holdfast/postgres'
import { onPostgres } from '../on-postgres.mjs'
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

/** As Grafana would fill them in. @type {Readonly<Record<string, string>>} */
const VARIABLES = { $__rate_interval: '10s', $instance: '.*' }

/** On PostgreSQL, which has one more metric. @param {string} folder */
export async function tryPrometheus(folder) {
  if (missing('prometheus', 'promtool').length > 0) return 'skipped: there is no Prometheus'
  for (const [what, file] of [
    ['check', 'alerts.yml'],
    ['test', 'alerts.test.yml'],
    ['test', 'alerts-of-weeks.test.yml'],
  ]) {
    run('promtool', [what ?? '', 'rules', join(ROOT, 'deploy/prometheus', file ?? '')])
  }
  let said = ''
  await onPostgres(async ({ url }) => {
    said = await scraped(folder, url)
  })
  return said
}

/** @param {string} folder @param {string} db */
async function scraped(folder, db) {
  const [port, at] = [await freePort(), await freePort()]
  holdfast('init', '--db', db, '--warehouse', 'MAIN:Main')
  const token = holdfast('token', 'create', '--db', db, '--role', 'admin').split('\n', 1)[0] ?? ''
  writeFileSync(join(folder, 'token'), token)
  const config = configured(folder, port)
  run('promtool', ['check', 'config', config])

  const served = service(port, '--db', db, '--require-token', '--allow-private-webhooks')
  const prometheus = started('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${at}`,
  ])
  try {
    await answers(`http://127.0.0.1:${port}/readyz`)
    await answers(`http://127.0.0.1:${at}/-/ready`)
    // A consumer of the shop's own, in another process than the service.
    await using shop = await openInventory({ store: postgres({ connectionString: db }) })
    await shop.consume({ name: 'index' }, () => undefined)
    await load(`http://127.0.0.1:${port}`, token, 12)
    return await queried(`http://127.0.0.1:${at}`)
  } finally {
    await prometheus.stop()
    await served.stop()
  }
}

/** The sample for this service, with shorter intervals. @param {string} folder @param {number} port */
function configured(folder, port) {
  const sample = join(ROOT, 'deploy/prometheus')
  const text = readFileSync(join(sample, 'prometheus.yml'), 'utf8')
    .replaceAll('15s', '1s')
    .replace('holdfast:4680', `127.0.0.1:${port}`)
    .replace(/credentials_file: .*/, `credentials_file: ${join(folder, 'token')}`)
  cpSync(join(sample, 'alerts.yml'), join(folder, 'alerts.yml'))
  writeFileSync(join(folder, 'prometheus.yml'), text)
  return join(folder, 'prometheus.yml')
}

/**
 * Stock, holds, sales, refusals, a failing webhook. @param {string} url @param {string} token @param {number} seconds
 */
async function load(url, token, seconds) {
  const post = async (/** @type {string} */ path, /** @type {object} */ body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    return await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  await post('/v1/webhooks', { url: 'http://127.0.0.1:9/' })
  const mug = { warehouseId: 'MAIN', productId: 'MUG' }
  await post('/v1/stock/add', { ...mug, qty: 100_000, source: 'SUPPLIER' })
  const end = Date.now() + seconds * 1000
  while (Date.now() < end) {
    await Promise.all([
      ...Array.from({ length: 20 }, () =>
        post('/v1/reservations', { ...mug, qty: 1, ttlMs: 1000 }),
      ),
      post('/v1/reservations/sell', { ...mug, qty: 1 }),
      post('/v1/reservations', { ...mug, qty: 1_000_000, ttlMs: 1000 }),
    ])
    await pause(50)
  }
}

/** @typedef {{ name: string, health: string, lastError?: string, state: string }} Rule */

/** @param {string} prometheus */
async function queried(prometheus) {
  /** @type {(path: string) => Promise<unknown>} */
  const data = async (path) => {
    const answer = /** @type {{ data?: unknown, error?: string }} */ (
      await (await fetch(`${prometheus}/api/v1/${path}`)).json()
    )
    assert.equal(answer.error, undefined, path)
    return answer.data
  }
  const queries = dashboardQueries()
  for (const { title, query } of queries) {
    const { result } = /** @type {{ result: { value: [number, string] }[] }} */ (
      await data(`query?query=${encodeURIComponent(query)}`)
    )
    assert.ok(result.length > 0, `${title}: nothing for ${query}`)
    for (const { value } of result) assert.notEqual(value[1], 'NaN', `${title}: ${query}`)
  }
  /** @type {Rule[]} */
  let rules = []
  await until('every rule was evaluated', async () => {
    const { groups } = /** @type {{ groups: { rules: Rule[] }[] }} */ (await data('rules'))
    rules = groups.flatMap((group) => group.rules)
    return rules.length > 0 && rules.every(({ health }) => health !== 'unknown')
  })
  for (const { name, health, lastError, state } of rules) {
    assert.equal(health, 'ok', `${name}: ${lastError}`)
    assert.notEqual(state, 'firing', name)
  }
  return `${queries.length} queries have data, ${rules.length} alerts are quiet while the shop works`
}

function dashboardQueries() {
  const text = readFileSync(join(ROOT, 'deploy/grafana/dashboard.json'), 'utf8')
  const { panels } = /** @type {{ panels: { title: string, targets: { expr: string }[] }[] }} */ (
    JSON.parse(text)
  )
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => {
      const query = Object.entries(VARIABLES).reduce(
        (filled, [name, value]) => filled.replaceAll(name, value),
        expr,
      )
      return { title, query }
    }),
  )
}

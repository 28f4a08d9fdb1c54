import { deepEqual, equal, ok } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { memory, openInventory } from 'holdfast'
import { environmentName, SETTINGS } from '../src/cli/serving/settings.ts'
import { DEFAULT_LIMITS } from '../src/http/limits/defaults.ts'
import { ALL_CODES } from '../src/http/problems/codes.ts'
import { startService } from '../src/http/service.ts'
import { holdfast } from './cli/support/holdfast.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([all, part]) => part ?? all)

/** What is read by people and programs who run the service. */
const FILES = globSync(
  ['deploy/**/*.{yaml,yml,json,conf,service}', 'deploy/Dockerfile', 'docs/running.md'],
  { cwd: ROOT },
)
const ALL = FILES.map((file) => read(file)).join('\n')
const FIRED = globSync('deploy/prometheus/*.test.yml', { cwd: ROOT }).map(read).join('\n')
const MONITORING = ['prometheus/alerts.yml', 'grafana/dashboard.json']
  .map((file) => read(`deploy/${file}`))
  .concat(FIRED)
  .join('\n')

test('every variable that deploy/ sets is a setting', () => {
  const settings = Object.keys(SETTINGS).map(environmentName)
  const known = new Set([...settings, 'HOLDFAST_CONFIG', 'HOLDFAST_URL', 'HOLDFAST_TOKEN'])
  const used = new Set(found(ALL, /\bHOLDFAST_[A-Z_]*[A-Z]/g))
  ok(used.size > 3)
  deepEqual([...used.difference(known)], [])
})

test('every flag of a command in deploy/ exists', async () => {
  const commands = found(
    ALL,
    /(?<![/.\w-])holdfast [a-z][a-z-]+(?: +(?:"[^"]*"|'[^']*'|[^\s`|);&#]+))*/g,
  )
  const flags = new Map<string, Set<string>>()
  for (const command of commands) {
    const verb = command.split(' ')[1]!
    const given = found(command, / (--[a-z-]+)/g)
    if (given.length > 0) flags.set(verb, new Set([...(flags.get(verb) ?? []), ...given]))
  }
  ok(flags.has('init') && flags.has('token'))
  for (const [verb, given] of flags) {
    const { code, stdout } = await holdfast(verb, '--help')
    equal(code, 0, verb)
    deepEqual(
      [...given].filter((flag) => !stdout.includes(` ${flag} `)),
      [],
      verb,
    )
  }
})

/** Metrics that neither the alerts nor the dashboard use. */
const ON_NO_PANEL = ['holdfast_build_info']

test('every metric and code of alerts and dashboard exists', async (t) => {
  const warehouses = [{ id: 'SF', name: 'San Francisco' }]
  const inventory = await openInventory({ store: memory(), warehouses })
  // Figures that there are on PostgreSQL alone, and not in memory.
  const stats = inventory.stats()
  const clock = { ...stats.clock, aheadOfDatabaseMs: 0 }
  Object.assign(inventory, { stats: () => ({ ...stats, clock, entriesNotPosted: 0 }) })
  const service = await startService({ inventory, port: 0 })
  t.after(async () => {
    await service.close()
    await inventory.close()
  })
  await fetch(`${service.url}/v1/verify`)
  // And one that finds a fault.
  await fetch(`${service.url}/v1/verify?expect=9:${'0'.repeat(64)}`)
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  const known = new Set(found(metrics, /^# TYPE (\S+)/gm))
  const used = new Set(found(MONITORING, /\bholdfast_\w+/g))
  const missing = [...used].filter((name) => !known.has(name.replace(/_(bucket|sum|count)$/, '')))
  deepEqual(missing, [])
  const own = [...known].filter((name) => name.startsWith('holdfast_'))
  deepEqual(
    own.filter((name) => ![...used].some((one) => one.startsWith(name))),
    ON_NO_PANEL,
  )

  const codes = found(MONITORING, /\bcode=~?\\?"([A-Z_|]+)/g).flatMap((text) => text.split('|'))
  ok(codes.length > 2)
  const existing = new Set(ALL_CODES.map(([code]) => code))
  deepEqual(
    codes.filter((code) => !existing.has(code)),
    [],
  )
})

test('every alert has a case that fires it', () => {
  const alerts = found(read('deploy/prometheus/alerts.yml'), /alert: (\w+)/g)
  const fired = found(FIRED, /alertname="(\w+)"/g)
  deepEqual(new Set(fired), new Set(alerts))
})

test('every service that deploy/ starts writes its log as JSON', () => {
  const services = [
    read('deploy/systemd/holdfast.service'),
    read('deploy/Dockerfile'),
    read('deploy/compose.yaml'),
  ].flatMap((text) => found(text, /^(?:ExecStart=|CMD |\s*command: \[).*\bserve\b.*$/gm))
  equal(services.length, 3)
  for (const command of services) ok(command.includes('--json'), command)
  // Their pods run what the image says.
  for (const file of globSync('deploy/kubernetes/*.yaml', { cwd: ROOT }))
    ok(!/\bserve\b/.test(read(file)), file)
})

test('no pod of Kubernetes gets variables of its services, which would be settings', () => {
  for (const file of globSync('deploy/kubernetes/*.yaml', { cwd: ROOT })) {
    const pods = read(file)
      .split(/^ +template:$/m)
      .slice(1)
    ok(pods.length > 0, file)
    for (const pod of pods) ok(pod.includes('enableServiceLinks: false'), file)
  }
})

test('nginx gives up an idle connection before the service does', () => {
  const [seconds] = found(read('deploy/nginx/holdfast.conf'), /keepalive_timeout (\d+)s/g)
  ok(Number(seconds) * 1000 < DEFAULT_LIMITS.keepAliveMs)
})

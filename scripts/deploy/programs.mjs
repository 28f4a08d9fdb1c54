import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')
const HOLDFAST = join(ROOT, 'packages/server/bin/holdfast.js')

/** Which of these programs this machine does not have. @param {string[]} names */
export function missing(...names) {
  const path = `${process.env['PATH']}:/usr/sbin:/sbin`
  return names.filter((name) => {
    const { status } = spawnSync('sh', ['-c', `command -v ${name}`], { env: { PATH: path } })
    return status !== 0
  })
}

/**
 * Runs a program to its end, and returns its output. @throws Error if it fails
 * @param {string} program @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} options
 */
export function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: ROOT,
    ...options,
    encoding: 'utf8',
  })
  if (status === 0) return `${stdout}${stderr}`
  throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? `${stdout}${stderr}`}`)
}

/** The command line of the checkout. @param {readonly string[]} args */
export function holdfast(...args) {
  return run(process.execPath, [HOLDFAST, ...args])
}

/**
 * A program that runs until `stop`. If it ends by itself, its output is shown.
 * @param {string} program @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function started(program, args, options = {}) {
  const child = spawn(program, args, { cwd: ROOT, ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (said += text))
  }
  let isStopped = false
  child.on('exit', () => {
    if (!isStopped) console.error(`${program} ended:\n${said}`)
  })
  return {
    async stop() {
      isStopped = true
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** A service of the checkout. @param {number} port @param {readonly string[]} args */
export function service(port, ...args) {
  return started(process.execPath, [HOLDFAST, 'serve', '--port', String(port), ...args])
}

/** Polls a condition for up to 20 s. @param {string} what @param {() => Promise<boolean>} isSo */
export async function until(what, isSo) {
  const end = Date.now() + 20_000
  while (Date.now() < end) {
    if (await isSo().catch(() => false)) return
    await new Promise((later) => setTimeout(later, 200))
  }
  throw new Error(`not within 20 s: ${what}`)
}

/** @param {string} url */
export function answers(url) {
  return until(`${url} answers`, async () => (await fetch(url)).ok)
}

/** An unused port. @returns {Promise<number>} */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  server.close()
  await once(server, 'close')
  return port
}

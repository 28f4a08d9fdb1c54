// Plants bugs, one after another, into a copy of the checkout, and expects a named test to turn red. The table:
// packages/holdfast/test/planted/bugs.ts
//   npm run stress -- planted
//   npm run stress -- planted expiry      only those with this in their name
import { spawn } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { BUGS } from '../packages/holdfast/test/planted/bugs.ts'
import { STRACE } from '../packages/holdfast/test/crash/support/strace.ts'
import { scriptArguments } from './script-arguments.mjs'

const root = resolve(import.meta.dirname, '..')
const wanted = scriptArguments(import.meta.filename, {}, true).positionals[0] ?? ''
const bugs = BUGS.filter(({ name }) => name.includes(wanted))
if (bugs.length === 0) {
  console.error(`no bug has "${wanted}" in its name`)
  process.exit(1)
}
const copy = mkdtempSync(join(tmpdir(), 'holdfast-planted-'))

/** The names of the failed tests of a file, and its time. @param {string} file @param {string} name */
async function run(file, name) {
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const reporter = ['--test-reporter=spec', `--test-name-pattern=${pattern}`]
  const args = ['--conditions=source', '--test', ...reporter, join('packages/holdfast', file)]
  const began = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  })
  const stdout = await text(child.stdout)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const failed = stdout.split('\n').some((line) => /^\s*✖ /.test(line) && line.includes(name))
  const passed = stdout.split('\n').some((line) => /^\s*✔ /.test(line) && line.includes(name))
  return { failed, passed, seconds }
}

let wrong = 0
try {
  for (const name of [
    'packages',
    'scripts',
    'package.json',
    'tsconfig.json',
    'tsconfig.base.json',
  ]) {
    const filter = (/** @type {string} */ path) => !/node_modules|\/dist(\/|$)/.test(path)
    cpSync(join(root, name), join(copy, name), { recursive: true, filter })
  }
  // Link the copy's own packages, or the service would be tested with the correct library.
  mkdirSync(join(copy, 'node_modules/@holdfast'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== 'holdfast' && name !== '@holdfast')
      symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  symlinkSync(join(copy, 'packages/holdfast'), join(copy, 'node_modules/holdfast'))
  symlinkSync(join(copy, 'packages/server'), join(copy, 'node_modules/@holdfast/server'))

  const sound = new Set()
  for (const bug of bugs) {
    const say = (/** @type {string} */ what) =>
      console.log(`${what}  ${bug.name}  →  ${bug.test}: ${bug.red}`)
    if (bug.needs === 'strace' && !STRACE) {
      say('skipped: no strace')
      continue
    }
    const path = join(copy, 'packages/holdfast', bug.file)
    const source = readFileSync(path, 'utf8')
    if (source.split(bug.from).length !== 2) {
      say(`DOES NOT APPLY to ${bug.file}`)
      wrong++
      continue
    }
    const key = `${bug.test} ${bug.red}`
    if (!sound.has(key) && !(await run(bug.test, bug.red)).passed) {
      say('NOT GREEN WITHOUT IT')
      wrong++
      continue
    }
    sound.add(key)
    writeFileSync(
      path,
      source.replace(bug.from, () => bug.to),
    )
    const { failed, seconds } = await run(bug.test, bug.red)
    writeFileSync(path, source)
    say(`${failed ? 'red' : 'GREEN(!)'} ${seconds} s`)
    if (!failed) wrong++
  }
} finally {
  rmSync(copy, { recursive: true })
}
console.log(wrong === 0 ? 'every bug was found by its test' : `${wrong} were not`)
process.exitCode = wrong === 0 ? 0 : 1

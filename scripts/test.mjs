// Runs the tests on their TypeScript sources: all of them, or those given by path or glob.
//   npm test
//   npm test -- packages/holdfast/src/manager/expiry.test.ts
//   npm test -- packages/server/test/cli      every test below it
//   npm test -- --test-name-pattern=reserve
//   npm test -- --long                        with the long setting of the tests that have one
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { buildConsole } from './build-console.mjs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const args = process.argv.slice(2)
const isLong = args.includes('--long')
const options = args.filter((arg) => arg.startsWith('-') && arg !== '--long')
// Given a folder, node:test would also run programs: every file named test or in a folder named test.
const paths = args.filter((arg) => !arg.startsWith('-')).map((path) => testsOf(path))
if (paths.length === 0) paths.push('packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts')

// For tests of the service and in browsers: half a second, once, before all of them.
await buildConsole(resolve(root, 'packages/console'))

// node:test leaves one core free. Here one more file than cores runs, because many of them wait for a disk, a database
// or a browser, and the sources are compiled once instead of in each of hundreds of processes. On two cores it took two
// thirds of the time of node:test's default.
const concurrency = `--test-concurrency=${availableParallelism() + 1}`

const child = spawn(
  process.execPath,
  ['--conditions=source', '--test', concurrency, ...options, ...paths],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      NODE_COMPILE_CACHE: resolve(root, 'node_modules/.cache/compiled'),
      ...process.env,
      HOLDFAST_LONG_TESTS: isLong ? 'true' : undefined,
    },
  },
)
child.once('exit', (status) => {
  process.exitCode = status ?? 1
})

/** @param {string} path */
function testsOf(path) {
  const isFolder = statSync(resolve(root, path), { throwIfNoEntry: false })?.isDirectory() === true
  return isFolder ? `${path.replace(/[/\\]+$/, '')}/**/*.test.ts` : path
}

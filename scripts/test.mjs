// Runs the tests on their TypeScript sources: all of them, or those given by path or glob.
//   npm test
//   npm test -- packages/holdfast/src/domain/stock-level.test.ts
//   npm test -- --test-name-pattern=reserve
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const args = process.argv.slice(2)
const options = args.filter((arg) => arg.startsWith('-'))
const paths = args.filter((arg) => !arg.startsWith('-'))
if (paths.length === 0) paths.push('packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts')

const { status } = spawnSync(
  process.execPath,
  ['--conditions=source', '--test', ...options, ...paths],
  { cwd: resolve(import.meta.dirname, '..'), stdio: 'inherit' },
)
process.exitCode = status ?? 1

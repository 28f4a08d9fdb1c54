// Serves ./data/stock.db on http://127.0.0.1:4680. Builds what is necessary first, and fills a new file with demo data.
// Takes the options of `holdfast serve`.
//   npm start
//   npm start -- --port 8080
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { endWithNpm } from '../packages/server/bin/parent.cjs'

// First: npm may be stopped while the console is built.
endWithNpm()

const root = resolve(import.meta.dirname, '..')
// The service runs from its sources. Only the console's page is built, from its own files and the library's client.
const console_ = join(root, 'packages/console')
if (existsSync(join(console_, 'package.json')) && isOutdated(console_)) {
  console.error('Building the console; this is necessary once, and after changes to it.')
  const build = [join(root, 'scripts/end-with-parent.cjs'), join(root, 'scripts/build.mjs')]
  const child = spawn(process.execPath, ['--require', ...build, 'console'], {
    cwd: root,
    // Its messages are for people too: stdout has only the service's line.
    stdio: ['inherit', process.stderr, 'inherit'],
  })
  const [status] = /** @type {[number | null]} */ (await once(child, 'exit'))
  if (status !== 0) process.exit(status ?? 1)
}

// In this process, so that signals need not be passed on.
process.argv.splice(2, 0, 'serve', '--demo')
await import('../packages/server/bin/holdfast.js')

/** Whether dist is missing or older than its sources. @param {string} folder */
function isOutdated(folder) {
  const built = newest(join(folder, 'dist'), () => true)
  if (built === 0) return true
  const ofItself = (/** @type {string} */ file) => !/^(dist|node_modules|test)([/\\]|$)/.test(file)
  const made = newest(folder, ofItself)
  return (
    Math.max(
      made,
      newest(join(root, 'packages/holdfast/src'), () => true),
    ) > built
  )
}

/**
 * When the newest file of a folder was written; 0 if there is none.
 * @param {string} folder @param {(file: string) => boolean} counts
 */
function newest(folder, counts) {
  if (!existsSync(folder)) return 0
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(counts)
  return Math.max(0, ...files.map((file) => statSync(join(folder, file)).mtimeMs))
}

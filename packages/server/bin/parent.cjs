'use strict'
// Ends a process with the one that started it. CommonJS, which every Node reads and `--require` takes.

const { readFileSync } = require('node:fs')

/** A parent that is killed tells nobody, so somebody has to look. Milliseconds. */
const LOOK_MS = 100

let isOrphan = false

/**
 * Once that process is gone, emits `orphaned` on `process`. Nobody listens: does what SIGTERM does.
 * @param {number} parent the one that started this process
 */
function endWithParent(parent = process.ppid) {
  endUnless(() => process.ppid === parent && isAlive(parent))
}

/**
 * The same with npm, where `npm start` or `npx` started this very program. npm puts a shell in between:
 * told to stop, it passes that on to the shell alone.
 */
function endWithNpm() {
  const { npm_lifecycle_script: script } = process.env
  const program = /[^/\\]*$/.exec(process.argv[1] ?? '')?.[0]
  if (!program || !script?.includes(program)) return
  const shell = process.ppid
  const npm = parentOf(shell)
  const isShell = commandOf(shell).includes(script)
  endUnless(() => process.ppid === shell && isAlive(shell) && (!isShell || parentOf(shell) === npm))
}

/** @param {() => boolean} goesOn */
function endUnless(goesOn) {
  const looking = setInterval(() => {
    if (!isOrphan && goesOn()) return
    clearInterval(looking)
    if (isOrphan) return
    isOrphan = true
    // An event of its own: where SIGTERM or a Ctrl-C came as well, this is not the second one.
    if (process.emit('orphaned') || process.emit('SIGTERM', 'SIGTERM')) return
    process.exit(143)
  }, LOOK_MS)
  looking.unref()
}

/** Windows keeps the number of a parent that is gone. @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** On Linux; elsewhere, and of a process that is gone, null. @param {number} pid */
function parentOf(pid) {
  // The name, in brackets, may hold anything.
  const [, parent] = /^.*\) \S (\d+)/s.exec(read(`/proc/${pid}/stat`)) ?? []
  return parent === undefined ? null : Number(parent)
}

/** @param {number} pid */
function commandOf(pid) {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

module.exports = { endUnless, endWithNpm, endWithParent, isAlive }

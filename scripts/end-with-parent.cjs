'use strict'
// For `node --require`: ends this process, and every Node process below it, when its parent ends. A killed run of tests
// or of a script leaves nothing behind.
const { isMainThread } = require('node:worker_threads')
const { endUnless, endWithNpm, isAlive } = require('../packages/server/bin/parent.cjs')

/** A test may be waiting for something that will not come. */
const PATIENCE_MS = 2000

if (isMainThread) {
  const { ppid: parent } = process
  // The nearest Node ancestor: a shell or strace may be in between, and it may already be gone.
  const { HOLDFAST_ABOVE: above = parent, NODE_OPTIONS: options = '' } = process.env
  endUnless(() => {
    if (process.ppid === parent && isAlive(Number(above))) return true
    setTimeout(() => process.exit(143), PATIENCE_MS).unref()
    return false
  })
  endWithNpm()
  process.env.HOLDFAST_ABOVE = String(process.pid)
  if (!options.includes(__filename))
    process.env.NODE_OPTIONS = `${options} --require ${JSON.stringify(__filename)}`.trim()
}

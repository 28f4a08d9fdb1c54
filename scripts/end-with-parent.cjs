'use strict'
// For `node --require`: ends this process with the one that started it, and so every Node process below
// it. A run of tests or of a script that is killed leaves nothing behind.
const { isMainThread } = require('node:worker_threads')
const { endUnless, endWithNpm, isAlive } = require('../packages/server/bin/parent.cjs')

/** A test may wait for what does not come any more. */
const PATIENCE_MS = 2000

if (isMainThread) {
  const { ppid: parent } = process
  // The nearest Node above: a shell or strace may stand in between, and it may be gone already.
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

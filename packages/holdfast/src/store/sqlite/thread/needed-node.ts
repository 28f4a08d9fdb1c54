import { OperationalError } from '../../../model/operational-error.ts'

/** The oldest Node.js whose SQLite does all that is asked of it: the package's `engines`. */
const MAJOR = 24
const MINOR = 15

/** @throws OperationalError where this Node.js is too old; other runtimes are taken at their word */
export function checkNode({ node, bun, deno }: NodeJS.ProcessVersions = process.versions): void {
  if (bun !== undefined || deno !== undefined) return
  const [major = 0, minor = 0] = node.split('.').map(Number)
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return
  throw new OperationalError('STORE_UNAVAILABLE', `Node.js is too old: ${neededNode()}`)
}

export function neededNode(): string {
  return `a store in SQLite needs Node.js ${MAJOR}.${MINOR} or newer; this is ${process.versions.node} (${process.execPath})`
}
